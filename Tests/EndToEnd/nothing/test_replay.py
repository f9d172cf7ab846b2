"""Recorded walks are gone through again: in a real terminal, as files for others, and without any machine."""
import json
import os
import re
import shutil
import signal
import subprocess

import pexpect
import pytest
from commands import lab
from course_files import COURSE, ROOT
from terminal import Lab

RECORDINGS = COURSE / "recordings"
COURSE = RECORDINGS / "course.jsonl"


@pytest.fixture
def replay(tmp_path):
    """Starts lab replay in a terminal."""
    running = []

    def begin(*words, **more):
        terminal = Lab(tmp_path, None, words=["replay", *words], **more)
        running.append(terminal)
        return terminal

    yield begin
    for terminal in running:
        terminal.kill()


def shown(terminal):
    return "\n".join(line.rstrip() for line in terminal.screen.display)


def number(terminal):
    """The event that is shown."""
    found = re.search(r"(\d+)/\d+ *$", terminal.screen.display[0])
    return int(found[1]) if found else 0


def at(terminal, event):
    """Waits until all of an event's screen has come: a read may end in the middle of it, and its last bytes erase what is below."""
    terminal.wait(lambda: number(terminal) == event and terminal.raw.endswith(b"\x1b[J"), what=f"event {event}")


def ended(terminal):
    terminal.process.expect(pexpect.EOF, timeout=20)
    terminal.raw += terminal.process.before or b""
    terminal.stream.feed(terminal.process.before or b"")
    terminal.process.close()
    return terminal.process.exitstatus


@pytest.mark.parametrize("rows, columns", [(24, 80), (20, 60)])
def test_a_replay_needs_no_machine_and_goes_back_and_forth(replay, rows, columns):
    player = replay(rows=rows, columns=columns)
    at(player, 1)
    forth = {}
    for event in range(1, 16):
        at(player, event)
        forth[event] = shown(player)
        player.type("\x1b[C")
    at(player, 16)
    for event in range(15, 0, -1):
        player.type("\x1b[D")
        at(player, event)
        assert shown(player) == forth[event], f"event {event}"
    player.type("q")
    assert ended(player) == 0
    # The terminal is as it was: the cursor is there, and the screen is given back.
    assert player.raw.rstrip().endswith(b"\x1b[?25h\x1b[?1049l")


def test_keys_lead_to_steps_texts_and_facts_and_the_place_is_kept(replay):
    player = replay("course")
    at(player, 1)
    player.type("12\r")
    player.wait(lambda: "step 12 of 20, standbys" in shown(player), what="step 12")
    player.type("/repmgr standby clone\r")
    player.wait(lambda: "Task" in player.screen.display[3], what="the task")
    found = number(player)
    player.type("v")
    player.wait(lambda: player.last_line().endswith("> ") or player.last_line().endswith(">"), what="the prompt")
    player.type("sql SELECT machine, static FROM hostname ORDER BY machine\r")
    player.wait(lambda: "pgwitness" in player.text() or "not observed" in player.text().lower(), what="an answer")
    player.type("\r")
    player.wait(lambda: number(player) == found, what="the replay again")
    player.resize(20, 60)
    player.wait(lambda: len(player.screen.display) == 20 and "? keys" in player.screen.display[-1], what="the narrower screen")
    player.type("q")
    assert ended(player) == 0
    again = replay("course")
    at(again, found)
    again.wait(lambda: "where you left" in again.screen.display[-1], what="the greeting")
    again.type("\x1b[H")
    at(again, 1)
    again.type("\x03")
    assert ended(again) == 0


def test_the_terminal_is_given_back_when_the_replay_is_ended(replay):
    player = replay("course")
    at(player, 1)
    player.process.kill(signal.SIGTERM)
    player.process.expect(pexpect.EOF, timeout=20)
    player.raw += player.process.before or b""
    assert b"\x1b[?1049l" in player.raw


def test_the_quiz_asks_first_and_keeps_the_score(replay):
    player = replay("course", "--quiz", "--from", "identity")
    player.wait(lambda: "identity" in player.screen.display[1], what="the step")
    player.type("\x1b[C")
    player.wait(lambda: "What do you expect?" in shown(player), what="the question")
    assert "✗" not in shown(player)
    assert "failed" not in shown(player)
    player.type("\x1b[C")
    player.wait(lambda: "Answer first" in player.screen.display[-1], what="a refusal")
    player.type("2")
    player.wait(lambda: "Why?" in shown(player), what="the cause")
    player.type("s")
    player.wait(lambda: "Which machine" in shown(player), what="the machine")
    player.type("1")
    player.wait(lambda: "✗ machine-id-unique" in shown(player) or "waits for" in shown(player), what="the verdicts")
    player.type("r")
    player.wait(lambda: re.search(r"[12] of 2 right", shown(player)), what="the score")
    player.type("xq")
    assert ended(player) == 0
    assert "of 2 right" in player.text()


def test_without_a_terminal_it_prints_everything(tmp_path):
    said = lab("replay", "course")
    assert said.returncode == 0
    assert "\x1b" not in said.stdout
    assert said.stderr == ""
    for step in ("welcome", "standbys", "failover", "acceptance"):
        assert re.search(rf"^── \d+/\d+ {step} ", said.stdout, re.M), step
    assert "waits for" in said.stdout
    assert "Judged differently" not in said.stdout
    listed = lab("replay", "--list").stdout
    assert "course" in listed
    assert "drills" in listed
    quiz = lab("replay", "--quiz")
    assert quiz.returncode == 2
    assert "no terminal" in quiz.stderr


def test_drills_are_replayed_with_their_causes():
    said = lab("replay", "drills").stdout
    assert said.count("A drill:") >= 5
    assert said.count("The drill is over: repaired") >= 5
    assert said.count("The cause:") >= 5


@pytest.mark.parametrize("words, says", [
    (["coarse"], "Did you mean 'course'"), (["--from", "nowhere"], "has no step 'nowhere'"), (["--from", "99999"], "has events 1 to"),
    (["--export", "x.mp4"], "has to end in"), (["--diff", "course"], "takes two walks"), (["/etc/passwd"], "not a journal of lab"), (["/"], "it is a folder"),
])
def test_bad_words_are_told(words, says):
    said = lab("replay", *words)
    assert said.returncode == 2, said.stderr
    assert says in said.stderr, said.stderr


def test_a_torn_and_an_edited_file_are_replayed_as_far_as_they_go(tmp_path):
    whole = COURSE.read_bytes()
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(whole[: len(whole) // 2])
    said = lab("replay", str(torn))
    assert said.returncode == 0
    assert "has no end" in said.stderr
    assert "── 30/" in said.stdout
    edited = tmp_path / "edited.jsonl"
    edited.write_bytes(whole.replace(b'"verdict":"failed"', b'"verdict":"passed"', 1))
    said = lab("replay", str(edited))
    assert said.returncode == 0
    assert "was changed after it was written" in said.stderr
    assert "then passed, now failed" in said.stdout


def test_the_asciicast_plays_in_asciinema(tmp_path):
    assert shutil.which("asciinema"), "asciinema is one of the test packages"
    file = tmp_path / "walk.cast"
    assert lab("replay", "course", "--export", str(file)).returncode == 0
    header, *events = file.read_text().splitlines()
    assert json.loads(header)["version"] == 2
    assert len(events) > 1000
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    # All of it at once, and at a thousand times its speed.
    for words in (["cat"], ["play", "-s", "1000", "-i", "0.01"]):
        player = pexpect.spawn("asciinema", [*words, str(file)], env=environment, timeout=180, dimensions=(24, 80))
        player.expect(pexpect.EOF)
        text = player.before.decode()
        player.close()
        assert player.exitstatus == 0
        assert "What you are going to build" in text
        assert text.count("\n") >= len(events)


def test_the_page_plays_in_a_browser(tmp_path):
    assert shutil.which("chromium"), "Chromium is one of the test packages"
    page = tmp_path / "walk.html"
    assert lab("replay", "course", "--export", str(page)).returncode == 0

    def browse(file, *words):
        result = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}/profile",
                                 "--enable-logging=stderr", "--virtual-time-budget=4000", *words, f"file://{file}"], capture_output=True, text=True, timeout=180)
        assert not re.findall(r".*(?:CONSOLE|Refused to).*", result.stderr), result.stderr
        return result.stdout

    around = tmp_path / "around.html"
    around.write_text("""<iframe id=f style="width:390px;height:900px" src="walk.html"></iframe><pre id=out></pre><script>
      onload = () => { const w = document.getElementById('f').contentWindow, d = w.document, out = {};
        const now = () => [...d.querySelectorAll('.moment')].filter(m => m.offsetParent !== null).map(m => m.id);
        const press = key => d.dispatchEvent(new w.KeyboardEvent('keydown', {key, bubbles: true}));
        const pressed = key => d.body.dispatchEvent(new w.KeyboardEvent('keydown', {key, bubbles: true}));
        out.wide = d.documentElement.scrollWidth; out.first = now();
        pressed('ArrowRight'); pressed('Enter'); out.third = now();
        pressed('ArrowLeft'); out.back = now();
        pressed('End'); out.last = now(); pressed('Home');
        d.getElementById('step').selectedIndex = 3; d.getElementById('step').onchange(); out.step = d.querySelector('.moment.now').dataset.step;
        out.count = d.querySelectorAll('.moment').length;
        document.getElementById('out').textContent = JSON.stringify(out); }</script>""")
    said = browse(around, "--allow-file-access-from-files", "--dump-dom")
    out = json.loads(re.search(r'<pre id="out">(.*?)</pre>', said, re.S)[1])
    assert out["wide"] <= 390, out
    assert out["first"] == ["e1"], out
    assert out["third"] == ["e3"], out
    assert out["back"] == ["e2"], out
    assert out["last"] == [f"e{out['count']}"], out
    assert out["step"] == "names", out


def test_the_document_is_markdown(tmp_path):
    file = tmp_path / "walk.md"
    assert lab("replay", "course", "--export", str(file)).returncode == 0
    html = subprocess.run(["cmark-gfm", str(file)], capture_output=True, text=True).stdout
    assert html.count("<h2>") == 20
    assert "<code class=\"language-sh\">" in html


def test_two_walks_are_compared():
    said = lab("replay", "--diff", "course", "course")
    assert said.returncode == 0
    assert "Causes that were met" in said.stdout
    assert re.search(r"^all +", said.stdout, re.M)
    assert all(len(line) < 80 for line in said.stdout.splitlines())


def test_nothing_secret_is_in_the_recordings():
    for file in RECORDINGS.glob("*.jsonl"):
        text = file.read_text()
        assert "PRIVATE KEY-----\\n" not in text, file
        assert not re.search(r"SCRAM-SHA-256\$\d", text), file
        assert str(ROOT) not in text, file


def test_when_something_began_and_ended():
    told = " ".join(lab("replay", "course", "--when", "SELECT 1 FROM server WHERE machine = 'pg2' AND active = 'active'").stdout.split())
    assert re.search(r"Held from event \d+ of step \w+ \(2\d{3}-\d\d-\d\d \d\d:\d\d\), ", told), told
    assert re.search(r"It was asked at \d+ looks", told), told
    series = lab("replay", "course", "--sql", "SELECT count(DISTINCT seen_event) FROM server_over_time WHERE machine = 'pg2'")
    assert series.returncode == 0, series.stderr
    assert int(series.stdout.split()[-1]) > 5


@pytest.mark.parametrize(("words", "said"), [
    (["course", "--when", "SELECT 1 FROM nowhere"], "no such table: nowhere"),
    (["course", "--when", "SELECT 1"], "reads no facts"),
    (["course", "--cut", "9-3", "--export", "x.md"], "--cut takes two numbers"),
    (["course", "--cut", "1-99999", "--export", "x.md"], "This replay has events 1 to"),
    (["course", "--anonymous"], "--anonymous goes with --export"),
    (["course", "--quiz", "--export", "x.md"], "has to end in .html"),
    (["course", "--continue"], "Go on from where?"),
])
def test_what_cannot_be_meant_of_a_part_is_refused(words, said, tmp_path):
    result = lab("replay", *words, cwd=tmp_path)
    assert result.returncode == 2, result.stdout + result.stderr
    assert said in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["md", "html", "cast"])
def test_a_case_says_nothing_of_whose_machines_they_were(form, tmp_path):
    whole, case = tmp_path / f"whole.{form}", tmp_path / f"case.{form}"
    assert lab("replay", "course", "--export", str(whole)).returncode == 0
    done = lab("replay", "course", "--anonymous", "--export", str(case))
    assert done.returncode == 0, done.stderr
    assert "Read it before you pass it on." in done.stderr
    for secret in ["10.77.0.1", "/tmp/lab-recording", *set(re.findall(r"AAAA[0-9A-Za-z+/]{60,}", whole.read_text()))]:
        assert secret not in case.read_text() or secret == "/tmp/lab-recording", secret
    assert "192.0.2." in case.read_text()


def test_a_recording_tells_why():
    told = lab("replay", "course", "--why")
    assert told.returncode == 0, told.stderr
    assert "The last loss of a primary" in told.stdout
    assert "What decided it:" in told.stdout
    early = lab("replay", "course", "--why", "--from", "names")
    assert early.returncode == 2
    assert "nobody looked at the machines' logs" in early.stderr
