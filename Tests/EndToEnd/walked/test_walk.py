"""The walk to step trust: every check red before its step and green after it, and what verify says of the result."""
import json

import jsonschema
import pytest
from commands import console, lab, verify
from platform_values import pg

# Machines as the walk has left them: one of these compares all files of a machine, before and after it was looked at.
pytestmark = pytest.mark.turn(-1)

STEPS = ["welcome", "machines", "identity", "names", "preflight", "install", "trust"]


def test_the_walk_proves_every_step(walked):
    rows = [line.split() for line in walked.stdout.splitlines() if line.split()[:1] and line.split()[0] in STEPS]
    assert [row[0] for row in rows] == STEPS
    for row in rows:
        red, green = row[3].split("/"), row[5].split("/")
        assert row[-1] == "yes", row
        assert red[0] == red[1], row
        assert green[0] == green[1], row
    assert sum(int(row[3].split("/")[0]) for row in rows) >= 60, "most verdicts are seen red"


def test_verify_passes_after_the_walk_and_its_json_fits_its_schema(walked):
    status, report, verdicts = verify()
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert report["counts"]["failed"] == report["counts"]["unknown"] == report["counts"]["blocked"] == 0
    assert report["students"][0]["step"] is None
    jsonschema.validate(report, json.loads(lab("schema").stdout))


def test_verify_pretty_goes_to_standard_output_without_colour(walked):
    result = lab("verify", "--step", "trust")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout
    assert "postgres-logs-in" in result.stdout
    assert "passed" in result.stdout


def test_looking_changes_nothing_on_a_machine(walked):
    """The whole file tree of a machine before and after: names, sizes, times, modes, owners. Logs aside. A server writes to its own
    WAL and control file whether anybody looks or not, so there it is asked what was written: nothing but its own bookkeeping."""
    places = " -o ".join(f"-path {path}" for path in ("/proc", "/sys", "/run", "/var/log", "/dev", f"{pg.data}/pg_wal", f"{pg.data}/global/pg_control"))
    tree = f"find / -xdev \\( {places} \\) -prune -o -printf '%p|%s|%T@|%m|%u|%l\\n' | sort"
    position = "su - postgres -c \"psql -Atc 'SELECT pg_current_wal_flush_lsn()'\""
    # What the walk has left to be written is written now, and not while lab looks.
    console("pg1", "su - postgres -c 'psql -qc CHECKPOINT'")
    start, before = console("pg1", position).strip(), console("pg1", tree).splitlines()
    status, _, _ = verify()
    assert status == 0
    after, end = console("pg1", tree).splitlines(), console("pg1", position).strip()
    assert sorted(set(before) ^ set(after)) == []
    # pg_waldump ends with an error at the end of the WAL, which is no concern here.
    written = console("pg1", f"{pg.bin}/pg_waldump -p {pg.data}/pg_wal -s {start} -e {end} 2>&1 || true") if start != end else ""
    kinds = {line.split()[1] for line in written.splitlines() if line.startswith("rmgr:")}
    assert kinds <= {"Standby", "XLOG"}, written
