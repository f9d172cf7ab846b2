"""lab again on machines of one's own: it shows what to type, types nothing, and reaches no machine."""
import json
import os
import re

from commands import lab
from terminal import Lab


def flat(text):
    """Without the line breaks of a terminal."""
    return " ".join(text.split())


def test_on_own_machines_again_shows_and_types_nothing(own, tmp_path):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    shown = lab("again", "replication", "--machines", own, "--yes", env=environment)
    assert shown.returncode == 0, shown.stderr
    assert "DROP DATABASE IF EXISTS labdb WITH (FORCE)" in shown.stdout
    assert "Lost: every row in labdb" in flat(shown.stdout)
    assert "\x1b" not in shown.stdout
    assert not (tmp_path / "state/lab/walks").exists(), "it writes nothing down"
    without = lab("again", "failover", "--machines", own, env=environment)
    assert without.returncode == 0
    assert "Step failover has no undo tasks" in without.stdout
    assert "again repmgrd" in flat(without.stdout)
    wrong = lab("again", "replicaton", "--machines", own, env=environment)
    assert wrong.returncode == 2
    assert "Did you mean 'replication'?" in wrong.stderr


def test_in_lab_later_steps_that_passed_are_taken_back_first(own, tmp_path):
    walks = tmp_path / "state/lab/walks"
    walks.mkdir(parents=True)
    told = [{"passed": {"step": "backup"}}, {"passed": {"step": "access"}}, {"step": {"_0": "repmgr-conf"}}]
    lines = [json.dumps({"at": "2026-01-01T00:00:00Z", "event": event}) for event in told]
    (walks / "postgresql-cluster-own.jsonl").write_text("\n".join(lines) + "\n")
    companion = Lab(tmp_path, own, rows=50, NO_COLOR="1")
    try:
        companion.prompt()
        companion.enter("again")
        text = companion.text().split("Taking back step repmgr-conf")[1]
        assert text.index("Undo of backup") < text.index("Undo of repmgr-conf"), text
        assert "Undo of access" not in text, text
        assert "rm -f /etc/repmgr.conf" in text
        assert "passed later steps" in flat(text)
        companion.enter("again trust")
        text = companion.text().split("Taking back step trust")[1]
        assert text.index("Undo of backup") < text.index("Undo of access") < text.index("Undo of trust"), text
        assert re.search(r"10 repmgr-conf( \S+)?> ?$", companion.last_line()), "it stays where it was"
        # Another lab reads the journal, while this one has it open.
        environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
        aside = lab("again", "replication", "--machines", own, env=environment)
        assert aside.returncode == 0, aside.stdout
        assert aside.stdout.index("Undo of backup") < aside.stdout.index("Undo of replication"), aside.stdout
    finally:
        companion.kill()
    (walks / "postgresql-cluster-own.jsonl").write_text("no journal\n")
    unread = lab("again", "replication", "--machines", own, env=environment)
    assert unread.returncode == 0
    assert "cannot be read, so lab does not know how far you are" in flat(unread.stdout)
