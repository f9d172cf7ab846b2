"""Output that cannot be written, machines that say nothing, and numbers out of range: told, and never a crash. No machine is needed."""
import contextlib
import json
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import threading
import time

import pexpect
import pytest
from commands import LAB, lab
from course_files import FIXTURES
from terminal import Lab

FACTS = FIXTURES / "facts/trust-done.json"
LEAST = "-9223372036854775808"


@pytest.fixture
def home(tmp_path):
    """An environment in which nothing is known yet."""
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def silence():
    """A port of all of 127.0.0.0/8 where connections are taken and nobody says anything."""
    with contextlib.closing(socket.create_server(("0.0.0.0", 0), backlog=50)) as server:
        yield server.getsockname()[1]


def farewell(client):
    """Takes leave of an SSH client before any key is exchanged, with a text that would control a terminal."""
    text = "\x1b]0;title\x07a\u202eb\x1b[31m".encode()
    payload = b"\x01" + struct.pack(">I", 2) + struct.pack(">I", len(text)) + text + struct.pack(">I", 0)
    padding = 16 - (len(payload) + 5) % 8
    with contextlib.suppress(OSError), client:
        client.sendall(b"SSH-2.0-odd\r\n")
        client.recv(4096)
        client.sendall(struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding))
        # Closed with something unread, the connection would be reset, and the farewell may be lost.
        while client.recv(4096):
            pass


@pytest.fixture
def farewells():
    """A port where every client is taken leave of."""
    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=farewell, args=(server.accept()[0],), daemon=True).start()

    with contextlib.closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def inventory(tmp_path, silence):
    names = ["pg1", "pg2", "pg3", "pg_witness"]
    lines = ["format: 1", "lab: postgresql-cluster", "environment: own", "platform: debian12", "defaults: {user: student}", "machines:"]
    lines += [f"  {name}: {{address: 10.0.0.{11 + index}, reach: 127.0.0.1, port: {silence}}}" for index, name in enumerate(names)]
    file = tmp_path / "machines.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def report(tmp_path, home):
    bundle = {"bundle": 1, "student": "ada", "collected": "2026-11-25T10:00:00Z", "variables": {}, "users": {}, "facts": json.loads(FACTS.read_text())}
    (tmp_path / "ada.labbundle").write_text(json.dumps(bundle))
    written = lab("verify", "--bundle", tmp_path / "ada.labbundle", "--format", "json", "--output", tmp_path / "report.json", env=home)
    assert (tmp_path / "report.json").exists(), written.stderr
    return tmp_path / "report.json"


def sh(script, home, *words):
    return subprocess.run(["sh", "-c", script, "sh", LAB, *map(str, words)], capture_output=True, text=True, env=home, timeout=60, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("words", [["schema"], ["list"], ["show", "names"], ["--help"], ["replay", "course"]], ids=" ".join)
def test_a_result_that_cannot_be_written_is_told(home, words):
    full = sh('"$@" >/dev/full', home, *words)
    assert (full.returncode, full.stderr.count("No space left on device")) == (2, 1), full.stderr
    closed = sh('"$@" >&-', home, *words)
    assert (closed.returncode, closed.stderr.count("Bad file descriptor")) == (2, 1), closed.stderr


@pytest.mark.parametrize("format", ["json", "csv", "html", "pretty"])
def test_a_report_that_cannot_be_written_is_told(home, report, format):
    full = sh('"$@" >/dev/full', home, "report", report, "--format", format)
    assert full.returncode == 2
    assert "No space left on device" in full.stderr
    file = sh('"$@"', home, "report", report, "--format", format, "--output", "/dev/full")
    assert file.returncode == 2
    assert "/dev/full cannot be written: No space left on device." in file.stderr


def test_a_reader_that_has_gone_is_no_error(home):
    assert sh('{ "$@"; echo "status $?" >&2; } | head -1', home, "show", "--all").stderr.strip() == "status 141"


def test_errors_that_cannot_be_told_are_no_crash(home):
    for script in ('"$@" 2>&-', '"$@" 2>/dev/full', '"$@" >&- 2>&-'):
        assert sh(script, home, "show", "nosuch").returncode == 2, script
    assert sh('"$@" 2>&-', home, "sandbox", "status", "--prefix", "X").returncode == 2


def test_messages_cannot_turn_the_terminal_s_text_around(home):
    said = sh('"$@"', home, "show", "a\u202eb\x1b[31m").stderr
    assert "'ab'" in said
    assert "\u202e" not in said
    assert "\x1b" not in said


def test_what_machines_say_is_cleaned_where_drills_are_proved(home, inventory, farewells):
    inventory.write_text(re.sub(r"port: \d+", f"port: {farewells}", inventory.read_text()))
    told = lab("drill", "--prove", "1", "--on-own-machines", "--machines", inventory, env=home)
    assert "SSH_MSG_DISCONNECT: 2:ab" in told.stderr, told.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(told.stderr + told.stdout)


def test_numbers_out_of_range_are_told(home, inventory, tmp_path):
    most = str(2**63 - 1)
    assert "a port from 1 to 65532" in lab("sandbox", "status", "--first-port", most, env=home).stderr
    assert "--prefix a;b" in lab("sandbox", "status", "--prefix", "a;b", env=home).stderr
    assert "--network 10.77.300" in lab("sandbox", "status", "--network", "10.77.300", env=home).stderr
    for variables in ({"JOB_COMPLETION_INDEX": most}, {"SLURM_ARRAY_TASK_ID": most, "SLURM_ARRAY_TASK_MIN": "-2"}):
        told = lab("verify", "--class", "none.yaml", "--shard", "auto/4", env={**home, **variables})
        assert told.returncode == 2
        assert "not the number of a task" in told.stderr
    walk = subprocess.run([LAB, "--machines", inventory], input=f"read {LEAST}\nquit\n", capture_output=True, text=True, env=home, timeout=60)
    assert walk.returncode == 0
    assert f"There is no step '{LEAST}'" in walk.stdout


def test_a_bundle_is_its_owner_s_alone_and_replaces_no_device(home, inventory, tmp_path):
    closed = inventory.with_name("closed.yaml")
    closed.write_text(re.sub(r"port: \d+", "port: 1", inventory.read_text()))
    words = ["bundle", "--student", "ada", "--yes", "--incomplete", "--machines", closed, "--output"]
    written = lab(*words, tmp_path / "ada.labbundle", env=home)
    assert written.returncode == 3, written.stderr
    assert stat.S_IMODE((tmp_path / "ada.labbundle").stat().st_mode) == 0o600
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    lab(*words, pipe, env=home)
    assert pipe.is_fifo()
    reader.join(10)
    assert json.loads(read[0])["student"] == "ada"


def test_ctrl_c_where_nothing_is_left_to_say_is_a_status(home, inventory):
    process = subprocess.Popen([LAB, "bundle", "--student", "ada", "--machines", inventory], env=home, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=20)[1].splitlines()[-1], process.returncode) == ("Stopped.", 130)


def test_ctrl_c_during_the_first_attempts_loses_no_answer(tmp_path, silence):
    first = Lab(tmp_path, None, words=["machines"])
    for question, answer in [("Your choice", "4"), ("Which system.*Your choice", "2"), (r"User \[student\]", ""), ("Key file", "")]:
        first.wait_for(f"(?s){question}", 20)
        first.wait(lambda: first.last_line().endswith(":"), what="a question")
        first.type(answer + "\r")
        time.sleep(0.3)
    for number, name in enumerate(["pg1", "pg2", "pg3", "pg_witness"]):
        first.wait(lambda: first.last_line().startswith(f"{name} ("), what=name)
        first.type(f"10.0.0.{11 + number} 127.0.0.{1 + number}:{silence}\r")
    time.sleep(2)
    first.type("\x03")
    first.process.expect(pexpect.EOF, timeout=20)
    first.stream.feed(first.process.before or b"")
    first.process.close()
    shown = " ".join(first.text().split())
    assert "Not tried: pg1, pg2, pg3, pg_witness" in shown, shown
    assert "Written down" in shown, shown
    assert "Error" not in shown, shown
    assert first.process.exitstatus == 0
    assert "10.0.0.14" in (tmp_path / "config/lab/machines.yaml").read_text()


def test_a_query_that_goes_wrong_does_not_end_a_replay(tmp_path):
    player = Lab(tmp_path, None, words=["replay", "course", "--from", "names"])
    player.wait(lambda: player.raw.endswith(b"\x1b[J"), what="the replay")
    player.type("v")
    player.wait(lambda: re.search(r"facts at \d+> ?$", player.last_line()), what="the prompt")
    player.type("sql SELECT abs(-9223372036854775807 - 1)\r")
    player.wait_for("integer overflow", 20)
    player.type("sql SELECT 40 + 2\r")
    player.wait_for("42", 20)
    player.type("\r")
    player.wait(lambda: player.raw.endswith(b"\x1b[J"), what="the replay")
    player.type("q")
    player.process.expect(pexpect.EOF, timeout=20)
    player.process.close()
    assert player.process.exitstatus == 0
