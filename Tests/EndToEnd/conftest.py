"""Practice machines for the end-to-end tests: made once, walked through the course once, mended after each test."""
import base64
import contextlib
import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

LAB = os.environ["LAB_PROGRAM"]
SANDBOX = shlex.split(os.environ.get("LAB_SANDBOX", ""))


def lab(*words, timeout=600, **more):
    """Runs lab and returns what it did."""
    return subprocess.run([LAB, *words], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, **more)


def sandbox(*words, command=()):
    """Runs a command of lab sandbox on the machines of the tests."""
    extra = ["--", *command] if command else []
    result = lab("sandbox", *words, *extra)
    assert result.returncode == 0, f"sandbox {words}: {result.stdout}{result.stderr}"
    return result.stdout


def console(machine, script):
    """Runs a shell script as root on a machine."""
    return sandbox("console", machine, command=["sh", "-c", script])


def put(machine, path, text):
    """Writes a file that everybody may read on a machine."""
    console(machine, f"echo {base64.b64encode(text.encode()).decode()} | base64 -d > {path}; chmod 644 {path}")


def shipped_awk(file, start):
    """The awk program of a fact file, as it comes out of the shell's quotes. start: the line that calls awk, as far as it names it."""
    text = (Path(__file__).parents[2] / "checks/facts" / file).read_text()
    begin = text.index(start)
    lines = text[begin:text.index("      '\n", begin)].split("\n")[1:]
    return "\n".join(line[6:] for line in lines).replace("\\047", "'")


def verify(*words, timeout=120):
    """lab verify as JSON: the exit status, the report, and the verdicts by (check, machine). Up to step trust, if no other is named."""
    if "--step" not in words and "--all" not in words:
        words += ("--step", "trust")
    words = [word for word in words if word != "--all"]
    result = lab("verify", "--format", "json", *words, timeout=timeout)
    assert result.returncode in (0, 1, 3), result.stderr
    report = json.loads(result.stdout)
    verdicts = {(v["check"], v["machine"]): v for v in report["students"][0]["verdicts"]}
    return result.returncode, report, verdicts


def told(verdicts):
    """The causes that are named first, with their repairs, in the order in which they are told."""
    return [v["causes"][0] for v in verdicts.values() if v["verdict"] == "failed" and v["causes"]]


def type_repair(cause, all_machines=("pg1", "pg2", "pg3", "pg_witness")):
    """Types a repair as it is printed: each line at the machine and as the account that it names. A command that fails stops nothing, as for a person at a keyboard."""
    for fix in cause["fix"]:
        if fix["at"] == "workstation":
            subprocess.run(["bash", "-c", fix["run"]], stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
            continue
        places = {"standby": ("pg2", "pg3"), "all": all_machines}.get(fix["at"], (fix["at"],))
        account = fix.get("as") or "root"
        shell = "exec bash -s" if account == "root" else f"exec su -s /bin/bash - {account} -c 'exec bash -s'"
        for place in places:
            body = f"lab_repair() {{\n{fix['run']}\n}}\nlab_repair </dev/null\n"
            lab("sandbox", "console", place, "--", "sh", "-c", f"printf %s {shlex.quote(body)} | {shell[5:]}", timeout=300)


def mended_as_printed(verdicts, look, rounds=3, patience=45):
    """Types the repair of the first cause, looks again, types that of the next: at most three.

    look() gives the exit status and the verdicts. Returns how it went: 'mended', 'decision' or 'not mended', and the causes whose repairs were typed."""
    typed = []
    for _ in range(rounds):
        new = [c for c in told(verdicts) if (c["cause"], c["machine"], c["fix"]) not in [t[:3] for t in typed]]
        if not new:
            break
        cause = new[0]
        typed.append((cause["cause"], cause["machine"], cause["fix"]))
        if any(fix.get("decide") for fix in cause["fix"]):
            return "decision", [t[0] for t in typed]
        type_repair(cause)
        end = time.monotonic() + patience
        while True:
            status, verdicts = look()
            if status == 0:
                return "mended", [t[0] for t in typed]
            if time.monotonic() > end:
                break
    return "not mended", [t[0] for t in typed]


@pytest.fixture(scope="session")
def machines():
    """Four fresh clones."""
    sandbox("reset", *SANDBOX)
    yield
    sandbox("down")


@contextlib.contextmanager
def practice_machines(folder, plan, platform):
    """Practice machines of their own, beside those of the tests: the environment in which lab finds them."""
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    made = lab("sandbox", "up", *shlex.split(plan), "--platform", platform, env=environment, timeout=900)
    assert made.returncode == 0, made.stdout + made.stderr
    yield environment
    lab("sandbox", "down", "--saved", env=environment)


def proofs(output):
    """The table that a walk ends with: by step, red before, green after, and whether it is proved."""
    rows = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 7 and words[1].isdigit() and "/" in words[3]:
            rows[words[0]] = {"red": words[3], "already": int(words[4]), "green": words[5], "proved": words[6] == "yes"}
    return rows


@pytest.fixture(scope="session")
def walked(machines):
    """The machines after the automatic walk of the first part, and what the walk printed."""
    result = lab("walk", "--auto", "--to", "trust", timeout=1200)
    print(result.stdout, result.stderr[-3000:])
    assert result.returncode == 0, result.stdout + result.stderr[-3000:]
    return result


# The rest of the course, after step trust.
LATER_STEPS = ["postgresql-conf", "access", "repmgr-conf", "primary", "standbys", "replication", "witness", "repmgrd", "switchover",
               "failover", "partitions", "backup", "acceptance"]


@pytest.fixture(scope="session")
def cluster(walked):
    """The finished cluster, and what the walk printed on the way there."""
    result = lab("walk", "--auto", "--from", LATER_STEPS[0], timeout=1500)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    return result


@pytest.fixture(scope="session")
def inventory(walked):
    return os.path.join(os.environ["XDG_STATE_HOME"], "lab/sandbox/machines.yaml")


@pytest.fixture
def start(tmp_path, inventory):
    """Starts lab in a terminal; ends it after the test, whatever happened."""
    from terminal import Lab

    running = []

    def begin(machines=None, **more):
        lab = Lab(tmp_path, machines or inventory, **more)
        running.append(lab)
        return lab

    yield begin
    for lab in running:
        if lab.process.isalive():
            lab.process.kill(signal.SIGKILL)
        lab.process.close(force=True)
