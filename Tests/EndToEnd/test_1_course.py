"""The course itself: every check red before its step and green after it, and what verify says of the result."""
import json

import jsonschema
from conftest import console, lab, verify

STEPS = ["welcome", "machines", "identity", "names", "preflight", "install", "trust"]


def test_fresh_machines_fail_and_the_first_step_is_named(machines):
    status, report, verdicts = verify()
    assert status == 1
    assert report["students"][0]["step"] == "machines"
    assert verdicts["sudo-without-password", "pg1"]["causes"][0]["cause"] == "no-sudo-rule"


def test_the_walk_proves_every_step(walked):
    rows = [line.split() for line in walked.stdout.splitlines() if line.split()[:1] and line.split()[0] in STEPS]
    assert [row[0] for row in rows] == STEPS
    for row in rows:
        red, green = row[3].split("/"), row[5].split("/")
        assert row[-1] == "yes" and red[0] == red[1] and green[0] == green[1], row
    assert sum(int(row[3].split("/")[0]) for row in rows) >= 60, "most verdicts are seen red"


def test_verify_passes_after_the_walk_and_its_json_fits_its_schema(walked):
    status, report, verdicts = verify()
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert report["counts"]["failed"] == report["counts"]["unknown"] == report["counts"]["blocked"] == 0
    assert report["students"][0]["step"] is None
    jsonschema.validate(report, json.loads(lab("schema").stdout))


def test_verify_pretty_goes_to_standard_output_without_colour(walked):
    result = lab("verify", "--step", "trust")
    assert result.returncode == 0 and "\x1b" not in result.stdout
    assert "postgres-logs-in" in result.stdout and "passed" in result.stdout


def test_looking_changes_nothing_on_a_machine(walked):
    """The whole file tree of a machine before and after: names, sizes, times, modes, owners. Logs aside."""
    tree = (
        "find / -xdev ( -path /proc -o -path /sys -o -path /run -o -path /var/log -o -path /dev ) -prune -o "
        "-printf '%p|%s|%T@|%m|%u|%l\\n' | sort | sha256sum; find / -xdev -path /var/log -prune -o -newermt @{0} -type f -print | sort"
    ).replace("( ", "\\( ").replace(" )", " \\)")
    start = console("pg1", "date +%s").strip()
    before = console("pg1", tree.format(start))
    status, _, _ = verify()
    assert status == 0
    after = console("pg1", tree.format(start))
    assert before.splitlines()[0] == after.splitlines()[0], after


def test_usage_errors_end_with_2():
    for words in (["verify", "--stepp"], ["walk"], ["show", "nmaes"], ["verify", "--step", "nowhere"], ["--labs", "/nonexistent", "list"]):
        result = lab(*words)
        assert result.returncode == 2, (words, result.returncode, result.stderr)
        assert result.stderr and "Fatal error" not in result.stderr
