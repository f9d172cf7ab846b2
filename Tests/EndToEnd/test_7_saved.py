"""Saved states of the sandbox. They come after what uses the cluster: they take it away."""
from conftest import console, lab, verify


def test_a_state_that_was_saved_comes_back(walked):
    """reset --to makes the start of a step once, and is quick the second time. It comes last: it takes the cluster away."""
    for name in lab("sandbox", "save").stdout.split():
        lab("sandbox", "save", "--forget", name)
    made = lab("sandbox", "reset", "--to", "repmgr-conf", timeout=900)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "is not saved yet" in made.stderr
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    console("pg1", "rm -rf /etc/postgresql/15/main/conf.d")
    again = lab("sandbox", "reset", "--to", "repmgr-conf", timeout=300)
    assert again.returncode == 0 and "is not saved yet" not in again.stderr, again.stderr
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert "repmgr-conf" in lab("sandbox", "save").stdout
    wrong = lab("sandbox", "reset", "--to", "repmgr-cnof")
    assert wrong.returncode == 2 and "Did you mean 'repmgr-conf'?" in wrong.stderr
