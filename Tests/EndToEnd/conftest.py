"""Practice machines for the end-to-end tests: made once, walked through the course once, mended after each test."""
import contextlib
import json
import os
import shlex
import signal
import subprocess

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
