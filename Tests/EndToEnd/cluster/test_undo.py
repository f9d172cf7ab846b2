"""Undo tasks, typed on the machines. 'make prove' tries those of every step."""
import pytest
from commands import lab
from walks import proofs

# Behind all that needs the finished cluster: it takes back step replication, with every row in its tables, and types it again.
pytestmark = pytest.mark.turn(2)


def test_undo_takes_a_step_back_and_it_can_be_typed_again(cluster):
    for step in ["names", "replication"]:
        result = lab("walk", "--auto", "--undo", "--from", step, "--to", step, timeout=300)
        assert result.returncode == 0, result.stdout + result.stderr[-3000:]
        row = proofs(result.stdout)[step]
        red = row["red"].split("/")
        assert row["proved"], row
        assert red[0] == red[1] != "0", row


def test_a_step_without_undo_tasks_is_not_taken_back(cluster):
    refused = lab("walk", "--auto", "--undo", "--from", "names", "--to", "install")
    assert refused.returncode == 2
    assert "preflight has no undo tasks" in refused.stderr
    assert "task" not in refused.stdout, "nothing was typed"
