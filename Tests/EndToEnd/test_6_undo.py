"""lab again on machines of one's own, and undo tasks typed on the machines. 'make prove' tries those of every step."""
import os
import re

from conftest import lab, proofs


def own(inventory, tmp_path):
    """The same machines, said to be a student's own."""
    file = tmp_path / "machines.yaml"
    text = open(inventory).read()
    assert "environment: sandbox" in text
    file.write_text(text.replace("environment: sandbox", "environment: own"))
    return str(file)


def flat(text):
    """Without the line breaks of a terminal."""
    return " ".join(text.split())


def test_undo_takes_a_step_back_and_it_can_be_typed_again(cluster):
    for step in ["names", "replication"]:
        result = lab("walk", "--auto", "--undo", "--from", step, "--to", step, timeout=300)
        assert result.returncode == 0, result.stdout + result.stderr[-3000:]
        row = proofs(result.stdout)[step]
        red = row["red"].split("/")
        assert row["proved"] and red[0] == red[1] != "0", row


def test_a_step_without_undo_tasks_is_not_taken_back(cluster):
    refused = lab("walk", "--auto", "--undo", "--from", "names", "--to", "install")
    assert refused.returncode == 2 and "preflight has no undo tasks" in refused.stderr
    assert "task" not in refused.stdout, "nothing was typed"


def test_on_own_machines_again_shows_and_types_nothing(cluster, inventory, tmp_path):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    machines = own(inventory, tmp_path)
    shown = lab("again", "replication", "--machines", machines, "--yes", env=environment)
    assert shown.returncode == 0, shown.stderr
    assert "DROP DATABASE IF EXISTS labdb WITH (FORCE)" in shown.stdout and "Lost: every row in labdb" in flat(shown.stdout)
    assert "\x1b" not in shown.stdout and not (tmp_path / "state/lab/walks").exists(), "it writes nothing down"
    assert lab("verify", "--step", "replication").returncode == 0, "lab typed nothing"
    without = lab("again", "failover", "--machines", machines, env=environment)
    assert without.returncode == 0 and "Step failover has no undo tasks" in without.stdout and "again repmgrd" in flat(without.stdout)
    wrong = lab("again", "replicaton", "--machines", machines, env=environment)
    assert wrong.returncode == 2 and "Did you mean 'replication'?" in wrong.stderr


def test_in_lab_later_steps_that_passed_are_taken_back_first(cluster, inventory, tmp_path, start):
    companion = start(own(inventory, tmp_path), rows=50, NO_COLOR="1")
    companion.prompt()
    companion.enter("goto repmgr-conf")
    companion.enter("again")
    assert "Taking back step repmgr-conf" in companion.text() and "passed later steps" not in flat(companion.text())
    companion.enter("goto backup")
    companion.enter("check", seconds=180)
    companion.enter("again replication")
    text = companion.text().split("Taking back step replication")[1]
    assert text.index("Undo of backup") < text.index("Undo of replication"), text
    assert re.search(r"19 backup( \S+)?> ?$", companion.last_line()), "it stays where it was"
    # Another lab, while this one has the journal open.
    environment = {**os.environ, "XDG_STATE_HOME": str(companion.home / "state")}
    aside = lab("again", "replication", "--machines", str(tmp_path / "machines.yaml"), env=environment)
    assert aside.returncode == 0 and "is not known here how far you are" in flat(aside.stdout)


def test_practice_machines_are_not_put_back_without_a_yes(cluster, start):
    refused = lab("again", "names")
    assert refused.returncode == 2 and "--yes" in refused.stderr
    companion = start()
    companion.prompt()
    companion.type("again names\r")
    companion.wait_for(r"back to the start of names\? What is on them now is lost\. \(yes/no\)")
    companion.type("no\r")
    companion.wait_for("Nothing was changed.")
    companion.prompt()
    assert "1 welcome" in companion.last_line()
    assert lab("verify", "--step", "replication").returncode == 0

