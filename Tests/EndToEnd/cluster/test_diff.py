"""What differs is told from the machines: what somebody changed comes first, and nothing is left when it is mended."""
import json

import pytest
from commands import console, lab
from differences import assert_named, in_companion


def told(*words):
    result = lab("diff", *words, "--format", "json")
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return result.returncode, json.loads(result.stdout)


@pytest.fixture(scope="module")
def passed(cluster):
    """The last step has passed in a walk of the machines' own."""
    assert "All 20 steps have passed." in in_companion("goto acceptance", "check all")


def test_nothing_differs_on_machines_that_nobody_touched(passed):
    status, document = told()
    assert (status, document["differences"], document["notCompared"]) == (0, [], [])
    assert document["title"] == "Since step acceptance last passed"


def test_a_change_is_named_with_the_step_that_teaches_it(passed):
    psql = "su postgres -c \"psql -c 'ALTER SYSTEM {}'\""
    console("pg3", psql.format("SET max_wal_senders = 3"))
    try:
        status, document = told("acceptance")
        first = document["differences"][0]
        assert status == 1
        assert (first["machine"], first["key"], first["nature"]) == ("pg3", "max_wal_senders", "made")
        assert first["table"] in ("next_setting", "start_setting")
        assert {"column": "setting", "before": "10", "after": "3"} in first["values"]
        assert first["step"] == "postgresql-conf"
    finally:
        console("pg3", psql.format("RESET max_wal_senders"))
    assert told()[0] == 0


def test_one_machine_beside_its_sister(passed):
    _, document = told("pg2", "pg3")
    own = {(one["table"], one["key"]): one["values"] for one in document["differences"] if one["nature"] == "made"}
    assert own[("repmgr_conf", "priority")] == [{"column": "value", "before": "80", "after": "60"}]
    # Keys, addresses and names are each machine's own, and no difference.
    assert not {"host_key", "postgres_key", "address", "hostname"} & {table for table, _ in own}


def test_beside_what_was_recorded_on_these_machines(passed, tmp_path):
    file = tmp_path / "before.json"
    assert lab("record", str(file)).returncode == 0
    status, document = told("with", str(file))
    assert (status, document["differences"]) == (0, [])
    refused = lab("diff", "with", str(file), "names")
    assert refused.returncode == 2
    assert "only in a journal there are steps to choose from" in refused.stderr


@pytest.mark.parametrize("drill", ["line-lost", "left-manual", "daemon-asleep", "slot-dropped"])
def test_the_first_lines_after_a_drill_name_its_fault(passed, drill):
    assert_named(drill)
