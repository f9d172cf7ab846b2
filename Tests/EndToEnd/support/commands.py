"""Commands of lab, and shells on the practice machines of the tests."""
import base64
import contextlib
import json
import os
import shlex
import subprocess

LAB = os.environ["LAB_PROGRAM"]
SANDBOX = shlex.split(os.environ.get("LAB_SANDBOX", ""))
PLAN = dict(zip(SANDBOX[::2], SANDBOX[1::2]))


def places():
    """The address of each practice machine of the tests, and the port of this computer that leads to it."""
    names = ["pg1", "pg2", "pg3", "pg_witness"]
    return {name: (f"{PLAN['--network']}.{11 + number}", int(PLAN["--first-port"]) + number) for number, name in enumerate(names)}


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


@contextlib.contextmanager
def practice_machines(folder, plan, platform):
    """Practice machines of their own, beside those of the tests: the environment in which lab finds them."""
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    made = lab("sandbox", "up", *shlex.split(plan), "--platform", platform, env=environment, timeout=900)
    assert made.returncode == 0, made.stdout + made.stderr
    yield environment
    lab("sandbox", "down", "--saved", env=environment)
