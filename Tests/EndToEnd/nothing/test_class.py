"""A class on loopback: dead, hanging and lying machines cost nobody else anything; selections, stopping, parts, watching."""
import base64
import json
import re
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import class_reports
import pytest
from commands import LAB
from loopback_class import COURSE, Mute, Servers, free_port

# In a login shell: `n` is the nonce of what lab sends, `answer TABLE` sends the rows on its standard input as lab's own shell code does.
FORGE = r"""s=$(cat); n=$(printf '%s\n' "$s" | sed -n 's/^N=//p' | head -1)
answer() { printf 'LAB%s %s %s\n' "$n" "$1" "$( { cat; printf .0.; } | base64 -w 0)"; }
"""
LIES = {
    "127.2.0.1": "exec yes LAB",
    "127.2.0.2": "exec head -c 1073741824 /dev/zero",
    "127.2.0.3": "while :; do printf x; sleep 1; done",
    "127.2.0.4": "printf 'LAB0 user KwlnCi4wLg==\\nLAB end .\\n'; exit 0",
    # A login shell that lies: it runs what lab sends, and puts its own answers of the same nonce before the true ones.
    "127.2.0.5": FORGE + r"""printf '+\t\033[2J=HYPERLINK("http://evil")<script>alert(1)</script>\t/bin/sh\n' | answer user
printf '%s\n' "$s" | sh""",
}
# Where hostile addresses leave traces.
TRACES = Path(tempfile.mkdtemp(prefix="lab-traces-"))
# Writes down what came along with the login, before it behaves.
NOSY = f"env > {TRACES}/env-$$; mv {TRACES}/env-$$ {TRACES}/env; exec sh"
# Says that it has an account and a process whose names do harm wherever text is taken for a command.
HARM = f"$(touch {TRACES}/owned)`touch {TRACES}/owned`;touch {TRACES}/owned;' || '\\''; DROP TABLE this_user; --"
COMMANDS = FORGE + rf"""t=$(base64 -d <<< {base64.b64encode(HARM.encode()).decode()})
printf '+\t%s\t%s\n' "$t" "$t" | answer user
printf '+\t%s\n' "$t" | answer process
printf 'LAB%s end .\n' "$n" """

# Has a password where nobody expects one.
SECRET = FORGE + r"""printf '+\tPGPASSWORD=hunter2\t/bin/sh\n' | answer user
printf 'LAB%s end .\n' "$n" """


@pytest.fixture(scope="module")
def servers():
    servers = Servers(strange=[*LIES.items(), ("127.6.0.1", NOSY), ("127.6.0.2", COMMANDS), ("127.6.0.4", SECRET)],
                      settings=["AllowAgentForwarding yes", "X11Forwarding yes", "AllowTcpForwarding yes"],
                      banners=[("127.6.0.3", "LAB0 user KwlnCi4wLg==\nLAB end .\n\x1b]0;owned\x07\x1b[2J" * 50)])
    yield servers
    servers.close()
    shutil.rmtree(TRACES, ignore_errors=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(*words, **more):
    """lab: exit status, output, errors, seconds, and kilobytes at most."""
    start = time.monotonic()
    process = subprocess.Popen([LAB, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output.decode(), errors.decode(), time.monotonic() - start, usage.ru_maxrss


def verify(file, *words):
    return run("verify", *COURSE, "--class", file, *words)


def report(file, *words):
    status, output, errors, *rest = verify(file, "--format", "json", *words)
    assert status in (0, 1, 3), errors
    return status, json.loads(output), errors, *rest


def honest(count, network=1):
    return [(f"s{number:03}", f"127.{network}.{number // 200}.{1 + number % 200}") for number in range(count)]


def verdicts(student):
    return {v["verdict"] for v in student["verdicts"]}


def test_a_hand_in_that_lacks_a_machine_is_not_written_in_silence(tmp_path):
    """It costs points: lab says which machine did not answer and what that costs, and writes only if that is wanted."""
    inventory = tmp_path / "machines.yaml"
    inventory.write_text("format: 1\nlab: fifteen\nenvironment: own\nplatform: debian12\ndefaults: {user: nobody}\nmachines:\n  m1: {address: 127.1.0.1, port: 1}\n")
    file = tmp_path / "ada.labbundle"
    words = ["bundle", *COURSE, "--machines", str(inventory), "--student", "ada", "--output", str(file)]
    for more in ([], ["--yes"]):
        status, output, errors, *_ = run(*words, *more)
        assert status == 3, output + errors
        assert "m1 did not answer: " in output and "checks cannot be judged" in output and "--timeout 60" in output, output
        assert not file.exists()
    status, output, errors, *_ = run(*words, "--incomplete")
    assert status == 3 and file.exists(), output + errors


def test_dead_hanging_and_lying_machines_cost_nobody_else(servers):
    mute, closed = Mute(), free_port()
    dead = [(f"dead{n}", f"127.3.0.{n + 1}", f"port: {closed}") for n in range(10)]
    hanging = [(f"hanging{n}", f"127.4.0.{n + 1}", f"port: {mute.port}") for n in range(10)]
    lying = [(f"lying{n}", address) for n, address in enumerate(LIES)]
    good = honest(75)
    _, usual, _, took_usually, memory = report(servers.class_file(good), "--timeout", "40", "--jobs", "24")
    for student in usual["students"]:
        assert verdicts(student) == {"passed"}, student
    # Mixed, so that the good ones wait in line with the bad.
    everybody = [student for five in zip(*[iter(good)] * 3) for student in five]
    for place, student in enumerate(dead + hanging + lying):
        everybody.insert(place * 4, student)
    try:
        status, result, errors, took, most = report(servers.class_file(everybody), "--timeout", "40", "--jobs", "24")
    finally:
        mute.close()
    students = {s["student"]: s for s in result["students"]}
    assert status == 1
    assert result["complete"]
    assert len(students) == 100
    assert [s["student"] for s in result["students"]] == [name for name, *_ in everybody], "in the order of the file"
    for name, _ in good:
        assert verdicts(students[name]) == {"passed"}, students[name]
    for name, *_ in dead:
        assert "refuses connections" in students[name]["machines"][0]["said"]
    for name, *_ in hanging:
        assert "no answer" in students[name]["machines"][0]["said"], students[name]["machines"]
    for name, *_ in lying[:4]:
        assert "passed" not in verdicts(students[name]), students[name]
    # Connecting takes 12 s at most and a look 40 s. They wait side by side, and the good ones go past them.
    assert took < took_usually + 12 + 40 + 10, (took, took_usually)
    assert most < memory + 60_000, f"{most} kB against {memory} kB"
    assert "\x1b" not in errors


def test_a_shell_that_lies_is_shown_as_text(servers):
    file = servers.class_file([("liar", "127.2.0.5")])
    for form in class_reports.FORMATS:
        status, output, errors, *_ = verify(file, "--format", form)
        assert "\x1b" not in output + errors
        assert "\n=HYPERLINK" not in output
        assert ",=HYPERLINK" not in output


def test_nothing_of_the_instructor_goes_along(servers):
    """Neither the agent nor the screen, although both are there and the machine would take them."""
    agent = dict(line.split(";")[0].split("=") for line in subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True).stdout.splitlines() if "=" in line)
    seen, file = TRACES / "env", servers.class_file([("nosy", "127.6.0.1")])
    try:
        subprocess.run(["ssh-add", "-q", str(servers.folder / "id")], env={**os.environ, **agent}, check=True)
        environment = {**os.environ, **agent, "DISPLAY": ":7", "LC_SECRET": "hush", "LAB_SECRET": "hush"}
        # That a client which forwards is noticed: else the next lines would prove nothing.
        subprocess.run(["ssh", "-A", "-F", "none", "-o", f"UserKnownHostsFile={servers.folder}/known_hosts", "-p", str(servers.port), "127.6.0.1", "true"],
                       env=environment, check=True, stdin=subprocess.DEVNULL)
        assert "SSH_AUTH_SOCK=" in seen.read_text()
        seen.unlink()
        status, output, errors, *_ = run("verify", *COURSE, "--class", file, "--format", "json", env=environment)
        assert status == 0, errors
        told = seen.read_text()
        assert "SSH_CONNECTION=" in told, told
        assert not any(word in told for word in ("SSH_AUTH_SOCK", "DISPLAY", "hush")), told
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), signal.SIGTERM)


def test_a_login_banner_is_no_answer(servers):
    status, result, errors, *_ = report(servers.class_file([("herald", "127.6.0.3")]))
    assert status == 0
    assert verdicts(result["students"][0]) == {"passed"}
    assert "\x1b" not in errors
    assert "owned" not in errors


def test_commands_in_facts_are_text(servers, tmp_path):
    file = servers.class_file([("evil", "127.6.0.2"), ("ada", "127.1.0.1")])
    for form in ("pretty", "json", "csv", "junit", "markdown", "html"):
        status, output, errors, *_ = verify(file, "--format", form, "--output", str(tmp_path / form))
        assert status == 1, errors
    students = {s["student"]: s for s in json.loads((tmp_path / "json").read_text())["students"]}
    assert verdicts(students["ada"]) == {"passed"}
    by_check = {v["check"]: v["verdict"] for v in students["evil"]["verdicts"]}
    assert by_check["root-there"] == by_check["sshd-runs"] == "failed", by_check
    assert by_check["passwd-there"] == "unknown", by_check
    assert not (TRACES / "owned").exists()


def test_a_secret_in_facts_stays_out_of_every_report(servers, tmp_path):
    file = servers.class_file([("ada", "127.6.0.4")])
    for form in class_reports.FORMATS:
        status, output, errors, *_ = verify(file, "--format", form, "--output", str(tmp_path / form))
        assert status == (2 if form == "nagios" else 1), form
        assert "hunter2" not in (tmp_path / form).read_text() + output + errors, form
    assert "PGPASSWORD=(masked)" in (tmp_path / "json").read_text()


def test_a_changed_host_key_is_refused_and_kept(servers, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    known = tmp_path / "known"
    old = f"[127.1.0.1]:{servers.port} {' '.join((tmp_path / 'other.pub').read_text().split()[:2])}\n"
    known.write_text(old + (servers.folder / "known_hosts").read_text().replace("[127.*]", "[127.1.0.2]"))
    before = known.read_text()
    status, result, *_ = report(servers.class_file([("ada", "127.1.0.1", f"known_hosts: {known}"), ("bob", "127.1.0.2", f"known_hosts: {known}")]))
    ada, bob = result["students"]
    assert status == 1, ada["machines"]
    assert "host key" in ada["machines"][0]["said"], ada["machines"]
    assert "changed" in ada["machines"][0]["said"], ada["machines"]
    assert "passed" not in verdicts(ada)
    assert verdicts(bob) == {"passed"}
    assert known.read_text() == before


def test_who_is_meant(servers):
    file = servers.class_file([("ada", "127.1.0.1"), ("bob", "127.1.0.2", f"port: {free_port()}"), ("cid", "127.1.0.3")])

    def names(*words):
        return [s["student"] for s in report(file, *words)[1]["students"]]

    assert names("--failed-last-time") == ["ada", "bob", "cid"], "nobody was judged yet"
    assert names("--failed-last-time") == ["bob"]
    assert names("--student", "cid", "--student", "ada") == ["ada", "cid"]
    status, _, errors, *_ = verify(file, "--student", "adda")
    assert status == 2
    assert "nearest name is 'ada'" in errors
    assert verify(file, "--group", "x")[0] == 2
    assert {v["step"] for s in report(file, "--student", "ada", "--step", "files")[1]["students"] for v in s["verdicts"]} == {"reach", "files"}


def test_ctrl_c_leaves_what_is_known(servers, tmp_path):
    mute = Mute()
    file = servers.class_file(honest(5) + [("hangs", "127.4.0.1", f"port: {mute.port}")])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # What the tests were started by may have been told to ignore them.
        process = subprocess.Popen([LAB, "verify", *COURSE, "--class", file, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in (signal.SIGINT, signal.SIGHUP)])
        told = [process.stderr.readline().decode() for _ in range(5)]
        process.send_signal(number)
        start = time.monotonic()
        output, errors = process.communicate(timeout=20)
        assert time.monotonic() - start < 4
        result = json.loads(output)
        assert process.returncode == 3
        assert not result["complete"]
        assert len(result["students"]) == 5, (told, errors)
        assert "5 of 6 students" in errors.decode(), (told, errors)
    mute.close()


def test_parts_are_joined_again(servers, tmp_path):
    file = servers.class_file(honest(12))
    whole = report(file)[1]
    parts = [str(tmp_path / f"part-{number}.json") for number in (1, 2, 3)]
    script = f"{LAB} verify {' '.join(COURSE)} --class {file} --shard {{}}/3 --quiet --format json --output {tmp_path}/part-{{}}.json"
    subprocess.run(["parallel", "--will-cite", "-j", "3", script, ":::", "1", "2", "3"], check=True)
    status, output, errors, *_ = run("merge", *COURSE, *parts, "--format", "json")
    merged = json.loads(output)
    assert status == 0, errors
    assert merged["complete"], errors
    assert merged["counts"] == whole["counts"], errors
    assert sorted(s["student"] for s in merged["students"]) == sorted(s["student"] for s in whole["students"])
    # Everybody has the same machine, which no part could see of the others.
    assert all("11 more" in w or "9 more" in w for s in merged["students"] for w in s["warnings"])
    assert all(s["warnings"] for s in merged["students"])
    status, output, errors, *_ = run("merge", *COURSE, parts[0], parts[2], "--format", "json")
    assert status == 3
    assert "2/3" in errors
    assert not json.loads(output)["complete"]
    assert run("merge", *COURSE, parts[0], parts[0])[0] == 2
    slurm = {**os.environ, "SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "3"}
    second = json.loads(run("verify", *COURSE, "--class", file, "--shard", "auto", "--format", "json", env=slurm)[1])
    assert second["shard"] == "2/3"
    assert [s["student"] for s in second["students"]] == [s["student"] for s in json.load(open(parts[1]))["students"]]


def test_watching_tells_what_changes(servers):
    port = free_port()
    file = servers.class_file([("ada", "127.1.0.1"), ("bob", "127.1.0.2", f"port: {port}")])
    words = [LAB, "verify", *COURSE, "--class", file, "--watch", "--every", "5", "--output", str(servers.folder / "watch.json"), "--format", "json"]
    # Where the tests run in the background of a script, SIGINT is ignored, and lab would rightly keep to that.
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        while not (servers.folder / "watch.json").exists():
            time.sleep(0.1)
        forward = subprocess.Popen(["ssh", "-o", f"UserKnownHostsFile={servers.folder}/known_hosts", "-i", f"{servers.folder}/id", "-p", str(servers.port),
                                    "-N", "-L", f"127.1.0.2:{port}:127.0.0.1:{servers.port}", "127.0.0.1"])
        (servers.folder / "known_hosts").open("a").write((servers.folder / "known_hosts").read_text().replace(str(servers.port), str(port)))
        line = process.stdout.readline()
        assert "bob" in line, line
        assert "reach → done" in line, line
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        forward.terminate()


def test_rounds_after_the_first_log_in_nowhere():
    """Connections are kept from one round to the next; one that has died is opened again, and its student judged as before."""
    servers = Servers()
    students, report = 12, servers.folder / "rounds.json"
    file = servers.class_file([(f"s{n:02}", f"127.1.0.{n + 1}") for n in range(students)])
    words = [LAB, "verify", *COURSE, "--class", file, "--watch", "--every", "5", "--output", str(report), "--format", "json"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    def serving():
        return set(subprocess.run(["pgrep", "-P", str(servers.process.pid)], capture_output=True, text=True).stdout.split())
    def round():
        before = report.stat().st_mtime_ns if report.exists() else 0
        while not report.exists() or report.stat().st_mtime_ns == before:
            assert process.poll() is None
            time.sleep(0.1)
        return json.loads(report.read_text())
    try:
        first = round()
        served = serving()
        assert first["complete"] and len(served) == students
        assert round()["complete"] and serving() == served
        for pid in list(served)[:3]:
            subprocess.run(["pkill", "-KILL", "-P", pid])
            os.kill(int(pid), signal.SIGKILL)
        # One look may have been under way.
        third = [round(), round()][-1]
        assert third["counts"] == first["counts"] and all(s["machines"][0]["reached"] for s in third["students"])
        assert len(serving()) == students and len(serving() & served) == students - 3
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        servers.close()


def test_a_jump_host_is_opened_once(servers):
    lines = ["format: 1", "class: behind", "lab: fifteen", "platform: debian12", f"defaults: {servers.access[:-1]}, proxy_jump: '127.0.0.9:{servers.port}'}}",
             "machines: {m1: '127.5.0.{{n}}'}", "count: 12"]
    path = servers.folder / "behind.yaml"
    path.write_text("\n".join(lines) + "\n")
    # OpenSSH's client takes the key for the jump host from the user's configuration, or from the agent.
    agent = dict(line.split(";")[0].split("=") for line in subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True).stdout.splitlines() if "=" in line)
    try:
        subprocess.run(["ssh-add", "-q", str(servers.folder / "id")], env={**os.environ, **agent}, check=True)
        status, output, errors, *_ = run("verify", *COURSE, "--class", str(path), "--format", "json", env={**os.environ, **agent})
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), signal.SIGTERM)
    assert status == 0, output + errors


def test_a_terminal_that_is_closed_leaves_no_connection_to_a_jump_host(servers):
    """Closed while a machine behind the jump host hangs: the report has the others, and neither a client of ssh nor a folder of sockets stays."""
    mute = Mute()
    path = servers.folder / "hangup.yaml"
    path.write_text(f"""format: 1
class: hangup
lab: fifteen
platform: debian12
defaults: {servers.access[:-1]}, proxy_jump: '127.0.0.9:{servers.port}'}}
students: [{{student: good, machines: {{m1: 127.5.1.1}}}}, {{student: hangs, port: {mute.port}, machines: {{m1: 127.4.0.1}}}}]
""")

    def sockets():
        return {str(folder) for folder in Path("/tmp").glob("lab-??????") if folder.stat().st_uid == os.getuid()}

    def clients():
        lines = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()
        return [line for line in lines if line.startswith("ssh") and any(folder in line for folder in sockets() - before)]

    before = sockets()
    agent = dict(line.split(";")[0].split("=") for line in subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True).stdout.splitlines() if "=" in line)
    try:
        subprocess.run(["ssh-add", "-q", str(servers.folder / "id")], env={**os.environ, **agent}, check=True)
        process = subprocess.Popen([LAB, "verify", *COURSE, "--class", str(path), "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, **agent}, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
        process.stderr.readline()
        assert clients(), (process.poll(), sockets() - before)
        assert sockets() - before, (process.poll(), sockets() - before)
        process.send_signal(signal.SIGHUP)
        output, errors = process.communicate(timeout=30)
        result = json.loads(output)
        assert process.returncode == 3, errors
        assert not result["complete"], errors
        assert [s["student"] for s in result["students"]] == ["good"], errors
        end = time.monotonic() + 10
        while clients() and time.monotonic() < end:
            time.sleep(0.1)
        assert not clients()
        assert not sockets() - before
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), signal.SIGTERM)
        mute.close()


def test_what_is_wrong_with_a_class_file_is_said_with_its_place(servers, tmp_path):
    path = tmp_path / "class.yaml"
    path.write_text("format: 1\nclass: x\nlab: fifteen\nplatform: debian12\nmachines: {m1: '10.0.{{n}}.1'}\nstudents:\n  - ada\n  - {student: bob, n: 1}\n  - {student: ada}\n")
    status, output, errors, *_ = verify(str(path))
    assert status == 2, errors
    assert f"{path}:8:" in errors, errors
    assert "where ada's m1 is" in errors, errors
    assert f"{path}:9:15" in errors, errors


def test_hosts_of_ansible_and_unknown_keys(servers, tmp_path):
    hosts = {"_meta": {"hostvars": {f"s{n}-m1": {"ansible_host": f"127.1.0.{n}", "ansible_port": servers.port, "ansible_ssh_private_key_file": f"{servers.folder}/id",
                                                 "lab_known_hosts": str(tmp_path / "none")} for n in (1, 2)}}}
    path = tmp_path / "hosts.json"
    path.write_text(json.dumps(hosts))
    status, result, *_ = report(str(path), "--platform", "debian12")
    assert status == 1
    assert all("host key is not known" in s["machines"][0]["said"] for s in result["students"])
    assert not (tmp_path / "none").exists(), "nothing is trusted by itself"


def test_what_is_handed_in_is_judged_and_said_to_be_self_reported(servers, tmp_path):
    inventory = tmp_path / "machines.yaml"
    inventory.write_text(f"format: 1\nlab: fifteen\nenvironment: own\nplatform: debian12\ndefaults: {servers.access}\nmachines:\n  m1: {{address: 127.1.0.1}}\n")
    file = tmp_path / "ada.labbundle"
    status, output, errors, *_ = run("bundle", *COURSE, "--machines", str(inventory), "--student", "Ada L.", "--output", str(file))
    assert status == 0, output + errors
    assert re.search(r"This goes into the file, as Ada L.: 1 machine, [0-9]+ kinds of rows, no secrets; --rows shows all.", output), output + errors
    assert max(map(len, output.splitlines())) < 400, output
    status, output, errors, *_ = run("bundle", *COURSE, "--machines", str(inventory), "--student", "Ada L.", "--output", str(tmp_path / "rows"), "--rows")
    assert "    machine_id: " in output, output + errors
    assert file.stat().st_mode & 0o077 == 0

    def judge(*files):
        status, output, errors, *rest = run("verify", *COURSE, "--format", "json", "--bundle", *map(str, files))
        return status, json.loads(output) if output else None, errors, *rest

    status, result, *_ = judge(file)
    ada = result["students"][0]
    assert status == 0
    assert verdicts(ada) == {"passed"}
    assert ada["collected"]["kind"] == "bundle"
    assert "Self-reported" in ada["warnings"][0]
    assert "0 min old" in ada["warnings"][0]
    facts = json.loads(file.read_text())

    def changed(name, **changes):
        path = tmp_path / f"{name}.labbundle"
        path.write_text(json.dumps({**facts, "student": name, **changes}))
        return path

    old = changed("old", collected="2020-01-01T00:00:00Z")
    status, result, *_ = judge(old, file)
    assert "days old" in result["students"][0]["warnings"][0]
    assert all(any(w.startswith("Shared: m1 has the host key") for w in s["warnings"]) for s in result["students"]), "copied from one another"
    other = json.loads(json.dumps(facts["facts"]))
    other["machines"][0]["tables"]["user"] = [["root"]]
    status, result, *_ = judge(changed("short", facts=other))
    by_check = {v["check"]: v for v in result["students"][0]["verdicts"]}
    assert status == 3
    assert by_check["root-there"]["verdict"] == "unknown", "no row that is dropped in silence"
    bomb = tmp_path / "bomb.labbundle"
    bomb.write_text('{"bundle": 1, "student": ' + "[" * 2_000_000)
    elsewhere = changed("w", facts={**facts["facts"], "platform": "suse15"})
    for bad in (bomb, changed("x\x1b[31m"), changed("y", users={"m1": "root; rm"}), changed("z", facts={**other, "machines": other["machines"] * 2}), elsewhere):
        status, _, errors, took, memory = judge(bad)
        assert status == 2, errors
        assert "cannot be judged" in errors, errors
        assert "\x1b" not in errors, errors
        assert took < 20, errors
        assert memory < 300_000, errors
    status, result, errors, *_ = judge(bomb, file, elsewhere)
    assert status == 3
    assert not result["complete"]
    assert [s["student"] for s in result["students"]] == ["Ada L."], "the others are judged all the same"
    assert errors.count("cannot be judged") == 2
    assert "platform 'suse15'" in errors
