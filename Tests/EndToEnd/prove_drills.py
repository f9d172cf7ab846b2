"""Longer proof, run by 'make prove': every drill on a finished cluster, and faults that nobody wrote a cause for."""
import json

import pytest
from conftest import SANDBOX, console, lab, sandbox, verify


@pytest.fixture(scope="module")
def finished():
    """A finished cluster, as at the start of the course's last step."""
    sandbox("reset", *SANDBOX)
    made = lab("sandbox", "reset", "--to", "acceptance", timeout=1800)
    assert made.returncode == 0, made.stdout + made.stderr
    yield
    sandbox("down")


def test_slots_of_a_saved_state_can_be_dropped(finished):
    """overlayfs does not rename a folder that comes from an image, and PostgreSQL renames the folder of a slot to drop it."""
    sql = "SELECT pg_create_physical_replication_slot('of_a_test')"
    console("pg1", f'cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtc "{sql}"')
    saved = lab("sandbox", "save", "with-a-slot")
    assert saved.returncode == 0, saved.stderr
    try:
        sql = sql.replace("create_physical", "drop")
        console("pg1", f'cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtc "{sql}"')
    finally:
        lab("sandbox", "save", "--forget", "with-a-slot")


def test_every_drill_is_proved(finished):
    result = lab("drill", "--prove", "--restore", "acceptance", timeout=5400)
    print(result.stdout)
    assert result.returncode == 0, result.stderr[-8000:] + result.stdout


# name, machine, what breaks it, what mends it
INVENTED = []


@pytest.mark.parametrize("name, machine, breaks, mends", INVENTED, ids=[f[0] for f in INVENTED])
def test_a_fault_without_a_cause_is_told_as_unexplained(finished, name, machine, breaks, mends):
    console(machine, breaks)
    try:
        status, _, verdicts = verify("--all")
    finally:
        console(machine, mends)
    failed = [v for v in verdicts.values() if v["verdict"] == "failed"]
    assert status == 1 and 1 <= len(failed) <= 3, failed
    for verdict in failed:
        assert verdict["causes"] == [], verdict
        assert verdict["evidence"]["rows"], verdict
    print(name, json.dumps(failed[0]["evidence"])[:400])
