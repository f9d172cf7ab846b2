"""The REPL in a real terminal."""
import os
import re
import socket
import subprocess
import threading
import time

import pexpect
import pytest
from commands import LAB, console, places, sandbox


@pytest.fixture
def silent_machine(tmp_path, inventory):
    """An inventory whose pg2 accepts connections and never says a word."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(16)
    kept = []
    threading.Thread(target=lambda: [kept.append(c) for c in iter(lambda: accept(server), None)], daemon=True).start()
    text = open(inventory).read()
    path = tmp_path / "silent.yaml"
    path.write_text(re.sub(r"(pg2: \{address: [0-9.]+, port: )\d+", rf"\g<1>{server.getsockname()[1]}", text))
    yield path
    server.close()


def accept(server):
    try:
        return server.accept()
    except OSError:
        return None


def test_first_start_greets_and_shows_the_first_step(start):
    lab = start()
    lab.prompt()
    assert "What you are going to build" in lab.text()
    assert re.search(r"postgresql-cluster 1 welcome> ?$", lab.last_line())
    assert lab.leave() == 0


def test_tab_completes_commands_steps_machines_and_sql(start):
    lab = start()
    lab.prompt()
    lab.type("prog\t")
    lab.wait(lambda: lab.last_line().endswith("> progress"), what="progress")
    lab.type("\x15goto pre\t")
    lab.wait(lambda: lab.last_line().endswith("> goto preflight"), what="goto preflight")
    lab.type("\x15ssh pg_\t")
    lab.wait(lambda: lab.last_line().endswith("> ssh pg_witness"), what="ssh pg_witness")
    lab.type("\x15sql SELECT static FROM hostn\t")
    lab.wait(lambda: lab.last_line().endswith("FROM hostname"), what="hostname")
    lab.type("\x15sql SELECT is_pau\t")
    lab.wait(lambda: lab.last_line().endswith("SELECT is_paused"), what="a column of some table")
    lab.type("\x15goto \t")
    lab.wait_for(r"identity +Each clone becomes")
    lab.wait(lambda: lab.last_line().endswith("> goto"), what="the line again")


def test_history_survives_the_session_and_can_be_searched(start):
    lab = start()
    lab.prompt()
    lab.enter("note the first note")
    lab.enter("steps")
    assert lab.leave() == 0
    again = start()
    again.prompt()
    again.type("\x1b[A")
    again.wait(lambda: again.last_line().endswith("> steps"), what="the last line of the session before")
    again.type("\x1b[A")
    again.wait(lambda: again.last_line().endswith("> note the first note"), what="the one before it")
    again.type("\x03")
    again.prompt()
    again.type("\x12first")
    again.wait(lambda: "note the first note" in again.last_line(), what="found by Ctrl-R")


def test_ctrl_c_clears_the_line_and_stays(start):
    lab = start()
    lab.prompt()
    lab.type("some half-typed thing")
    lab.wait(lambda: "half-typed" in lab.last_line(), what="the typing")
    lab.type("\x03")
    lab.prompt()
    lab.enter("steps")
    assert "There is no command" not in lab.text()


def test_ctrl_c_stops_a_hanging_check_at_once(start, silent_machine):
    lab = start(silent_machine)
    lab.prompt()
    lab.enter("goto names")
    lab.send("check")
    lab.wait_for(r"\d s, Ctrl-C stops")
    start_of_wait = time.monotonic()
    lab.type("\x03")
    lab.wait_for("Stopped.", 15)
    lab.prompt(15)
    # Well before the machine's own time limit, on a busy computer as well.
    assert time.monotonic() - start_of_wait < 5
    lab.enter("steps")


def test_a_silent_machine_costs_its_own_limit_and_is_unknown(start, silent_machine):
    lab = start(silent_machine, words=["--timeout", "5"])
    lab.prompt()
    lab.enter("goto names")
    lab.enter("check", seconds=40)
    assert re.search(r"no answer from 127.0.0.1 port \d+ in 5 s", lab.text().replace("\n    ", " ")), lab.text()[-2000:]
    # What is about one machine is judged on the others; what compares them waits.
    assert re.search(r"hostname-set +pg1 pg3 pg_witness", lab.text()), lab.text()[-2000:]
    assert re.search(r"1 failed, \d+ waiting for another", lab.text()), lab.text()[-2000:]


@pytest.mark.parametrize("columns", [60, 80, 110])
def test_no_line_is_wider_than_the_terminal(start, columns):
    lab = start(columns=columns)
    lab.prompt()
    for step in ("identity", "trust"):
        lab.enter(f"goto {step}")
        lab.enter("check")
    lab.enter("steps")
    lab.enter("map")
    lab.enter("facts")
    lab.enter("help")
    # Commands, which stand at the left edge in their colour, and addresses of pages are never broken: they are there to be copied.
    rows = [row for row in re.split(rb"[\r\n]+", lab.raw) if not row.startswith(b"\x1b[36m")]
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]", b"", b"\n".join(rows)).decode("utf-8")
    wide = [line for line in plain.split("\n") if len(line) > columns and not line.startswith("    ") and "https://" not in line]
    assert not wide, wide


def test_resizing_is_noticed(start):
    lab = start()
    lab.prompt()
    lab.resize(24, 60)
    lab.enter("read")
    before = len(lab.raw)
    lab.enter("steps")
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", lab.raw[before:]).decode()
    assert max(len(line) for line in plain.replace("\r", "\n").split("\n")) <= 60


def test_a_dumb_terminal_gets_plain_text(start):
    lab = start(TERM="dumb")
    lab.wait_for("1 welcome>")
    lab.type("steps\r")
    lab.wait_for("7 +trust|7 .*trust")
    assert b"\x1b" not in lab.raw


def test_no_color_is_respected(start):
    lab = start(NO_COLOR="1")
    lab.prompt()
    lab.enter("goto names")
    lab.enter("check")
    assert not re.search(rb"\x1b\[[0-9;]+m", lab.raw)


def test_colours_are_there_otherwise(start):
    lab = start()
    lab.prompt()
    assert re.search(rb"\x1b\[[0-9;]+m", lab.raw)


def test_a_failed_check_is_explained(start):
    console("pg2", "hostnamectl set-hostname golden")
    try:
        lab = start()
        lab.prompt()
        lab.enter("goto names")
        lab.enter("check")
        assert re.search(r"✗ hostname-set +pg2", lab.text())
        lab.enter("explain")
    finally:
        console("pg2", "hostnamectl set-hostname pg2")
    assert "pg2 carries its own name" in lab.text()
    assert "The cause: pg2 is called golden" in lab.text()
    assert "Fix it on pg2, as root:\n\nhostnamectl set-hostname pg2\n" in lab.text()
    assert "taught in step names" in lab.text()
    assert "were ruled out" in lab.text()
    lab.enter("explain --all")
    assert "Ruled out: hostname-of-another" in lab.text()
    lab.enter("check")
    lab.wait_for("Type 'next' to go on")


def test_run_shows_asks_and_runs(start):
    lab = start()
    lab.prompt()
    lab.enter("goto names")
    lab.send("run 4 pg1")
    lab.wait_for(r"Run it\? \(yes/no\)")
    lab.type("no\r")
    lab.wait_for("Not run.")
    lab.prompt()
    lab.send("run 4 pg1")
    lab.wait(lambda: lab.text().count("Run it?") == 2)
    lab.type("yes\r")
    lab.wait_for(rf"\| {re.escape(places()['pg_witness'][0])} +STREAM")
    lab.wait_for("Done. Type 'check'")


def test_ssh_opens_a_terminal_that_follows_the_size(start):
    lab = start()
    lab.prompt()
    lab.send("ssh pg1")
    lab.wait_for(r"student@pg1:~\$")
    lab.type("stty size\r")
    lab.wait_for("24 80")
    lab.resize(30, 70)
    lab.type("stty size\r")
    lab.wait_for("30 70")
    lab.type("exit\r")
    lab.prompt()
    lab.enter("steps")
    assert "There is no command" not in lab.text()


def test_map_shows_what_is(start):
    lab = start()
    lab.prompt()
    lab.enter("map")
    text = lab.text()
    assert re.search(r"host name +pgwitness", text)
    assert "takes writes" in text
    assert re.search(r"server +answers", text)


def test_a_second_lab_is_kept_out(start):
    first = start()
    first.prompt()
    second = start()
    second.process.expect(pexpect.EOF, timeout=20)
    said = second.raw + (second.process.before or b"")
    assert b"is open on this walk" in said
    assert str(first.process.pid).encode() in said
    second.process.close()
    assert second.process.exitstatus == 2


@pytest.mark.parametrize("moment", ["check", "run"])
def test_a_kill_loses_nothing_that_was_confirmed(start, moment, silent_machine, inventory):
    lab = start(silent_machine if moment == "check" else inventory)
    lab.prompt()
    lab.enter("goto names")
    lab.enter("note before the end")
    if moment == "check":
        lab.send("check")
        lab.wait_for(r"\d s, Ctrl-C stops")
    else:
        lab.send("run 4 pg1")
        lab.wait_for(r"Run it\?")
        lab.type("yes\r")
        lab.wait_for("— pg1")
    lab.kill()
    again = start()
    again.prompt()
    assert "You are at step names (4 of 20)" in again.text()
    assert re.search(r"4 names( \S+)?> ?$", again.last_line())
    journal = next((again.home / "state/lab/walks").glob("*.jsonl")).read_text()
    assert "before the end" in journal
    if moment == "run" and '"run":' not in journal.split("before the end")[1]:
        assert "does not know how it ended" in again.text().replace("\n", " ")


def test_piped_input_works_line_by_line(tmp_path, inventory):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    result = subprocess.run(
        [LAB, "--machines", inventory], input="goto names\ncheck\nquit\n", capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "> check" in result.stdout
    assert "Type 'next' to go on" in result.stdout
    assert "\x1b" not in result.stdout
    alone = subprocess.run([LAB, "--machines", inventory], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=60)
    assert alone.returncode == 0
    assert "You are at step names (4 of 20)" in alone.stdout


def test_a_check_of_another_step_is_explained_and_counts(tmp_path, inventory):
    """The steps after trust are not done: what is checked of them fails, wherever the student stands."""
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    result = subprocess.run(
        [LAB, "--machines", inventory], input="goto names\ncheck postgresql-conf\nexplain\nquit\n", capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 1, result.stdout
    explained = result.stdout.split("> explain\n")[1]
    assert "Nothing was checked" not in explained, explained
    assert "Why it matters" in explained, explained


def test_a_machine_that_went_away_is_reached_again(start):
    lab = start()
    lab.prompt()
    lab.enter("goto identity")
    lab.enter("check")
    sandbox("power", "pg3", "off")
    try:
        lab.enter("check", seconds=60)
        assert re.search(r"… +machine-id-unique +pg1 pg2 pg3 pg_witness\s+wait for machine-reached at pg3", lab.text()), lab.text()[-2000:]
        assert re.search(r"✗ +machine-reached +pg3", lab.text()), lab.text()[-2000:]
    finally:
        sandbox("power", "pg3", "on")
    lab.enter("check")
    assert "Type 'next' to go on" in lab.text().split("check")[-1]


def test_the_first_run_asks_tries_and_writes(tmp_path, inventory):
    """No inventory at all: lab asks, tries each machine, and writes the answers down."""
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "s"), "XDG_CONFIG_HOME": str(tmp_path / "c"), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    key = os.path.join(os.path.dirname(inventory), "id_ed25519")
    lab = pexpect.spawn(LAB, ["machines"], env=environment, dimensions=(24, 80), timeout=30, encoding="utf-8")
    lab.expect("Your choice: ")
    lab.sendline("nine")
    lab.expect("A number from 1 to 4")
    lab.sendline("4")
    lab.expect("Which system.*Your choice: ")
    lab.sendline("1")
    lab.expect(r"User \[student\]: ")
    lab.sendline("a b")
    lab.expect("is not a valid name.*User")
    lab.sendline("")
    lab.expect("Key file: ")
    lab.sendline(key)
    for name, (address, port) in places().items():
        lab.expect(rf"{name} \(\w+\): ")
        lab.sendline(f"{address} 127.0.0.1:{port}")
    for _ in range(4):
        lab.expect("Is it the same")
        lab.sendline("no")
    lab.expect("Written down in")
    lab.expect(pexpect.EOF)
    text = (tmp_path / "c/lab/machines.yaml").read_text()
    address, port = places()["pg_witness"]
    assert f"address: '{address}'" in text
    assert f"port: {port}" in text
    assert "environment: own" in text
    assert oct((tmp_path / "c/lab/machines.yaml").stat().st_mode)[-3:] == "600"


def first_run(tmp_path, inventory, *, place, known_hosts=None):
    """lab with no inventory at all, up to the first address."""
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "s"), "XDG_CONFIG_HOME": str(tmp_path / "c"), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    key = os.path.join(os.path.dirname(inventory), "id_ed25519")
    lab = pexpect.spawn(LAB, ["machines"], env=environment, dimensions=(24, 80), timeout=60, encoding="utf-8")
    for question, answer in [("Your choice: ", place), ("Which system.*Your choice: ", "1"), (r"User \[student\]: ", ""), ("Key file: ", key)]:
        lab.expect(question)
        lab.sendline(answer)
    return lab


def test_the_first_run_refuses_places_that_cannot_be(tmp_path, inventory):
    """What people write by mistake is named where they write it; the next answer is for the same machine."""
    lab = first_run(tmp_path, inventory, place="2")
    lab.expect(r"pg1 \(primary\): ")
    for wrong, said in [("127.0.0.1:2201", "has a port in it"), ("127.0.0.1 127.0.0.1:2201", "where each machine\\s+reaches itself"),
                        ("10.0.2.15 127.0.0.1:2201", "VirtualBox's NAT gives to every\\s+machine"), ("192.0.2.11 127.0.0.1", "is your own computer"),
                        ("192.0.2.11 127.0.0.1:99999", "An address and a port")]:
        lab.sendline(wrong)
        lab.expect(said)
        lab.expect(r"pg1 \(primary\): ")
    lab.sendline("192.0.2.11 127.0.0.1:2201")
    lab.expect(r"pg2 \(\w+\): ")
    lab.sendline("192.0.2.11 127.0.0.1:2202")
    lab.expect("pg1 has the address 192.0.2.11 already")
    lab.expect(r"pg2 \(\w+\): ")
    lab.sendline("192.0.2.12 127.0.0.1:2201")
    lab.expect("127.0.0.1 port 2201 leads to pg1 already")
    lab.sendeof()
    lab.expect("Nothing was written")
    assert not (tmp_path / "c/lab/machines.yaml").exists()


def test_the_first_run_looks_at_all_of_them_together(tmp_path, inventory):
    """Each can be logged in to, and yet two ports are mixed up."""
    known, mixed = os.path.expanduser("~/.ssh/known_hosts"), {"pg1": "pg2", "pg2": "pg1"}
    lab = first_run(tmp_path, inventory, place="4")
    for name, (address, _) in places().items():
        lab.expect(rf"{name} \(\w+\): ")
        lab.sendline(f"{address} 127.0.0.1:{places()[mixed.get(name, name)][1]}")
    before = open(known).read() if os.path.exists(known) else None
    try:
        for _ in range(4):
            lab.expect("Is it the same")
            lab.sendline("yes")
        lab.expect("Together they are not as they should be", timeout=60)
        lab.expect("right-machine")
        lab.expect("Written down in")
        lab.expect(pexpect.EOF)
    finally:
        if before is None:
            os.remove(known)
        else:
            with open(known, "w") as file:
                file.write(before)


def test_practice_machines_are_not_put_back_without_a_yes(start):
    console("pg1", "touch /root/still-there")
    refused = subprocess.run([LAB, "again", "names"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    lab = start()
    lab.prompt()
    lab.send("again names")
    lab.wait_for(r"back to the start of names\?")
    lab.type("no\r")
    lab.wait_for("Nothing was changed.")
    lab.prompt()
    assert "1 welcome" in lab.last_line()
    console("pg1", "rm /root/still-there")
