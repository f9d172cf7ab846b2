"""What one types inside lab, outside; steps by number; tables for programs; what lab does, told."""
import copy
import fcntl
import json
import os
import re
import shutil

import jsonschema
import pytest
import yaml
from commands import lab
from course_files import COURSE, ROOT

# Ports that nobody listens at.
MACHINES = """
format: 1
lab: postgresql-cluster
environment: own
platform: debian13
defaults: {user: student, reach: 127.0.0.1}
machines:
  pg1: {address: 192.0.2.11, port: 2}
  pg2: {address: 192.0.2.12, port: 3}
  pg3: {address: 192.0.2.13, port: 4}
  pg_witness: {address: 192.0.2.14, port: 5}
"""


@pytest.fixture
def home(tmp_path):
    """The environment of a user without anything."""
    return {**os.environ, **{name: str(tmp_path / name) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}}


@pytest.fixture
def student(home):
    """The environment of a user whose machines are all off."""
    folder = os.path.join(home["XDG_CONFIG_HOME"], "lab")
    os.makedirs(folder)
    with open(os.path.join(folder, "machines.yaml"), "w") as file:
        file.write(MACHINES)
    return home


def test_a_step_has_a_number_outside_too(student):
    assert lab("show", "4", env=student).stdout == lab("show", "names", env=student).stdout
    inside = lab("list").stdout
    assert "  4. names:" in inside


@pytest.mark.parametrize("words", [
    ["show", "44"], ["show", "nmaes"], ["verify", "--step", "99"], ["check", "99"], ["check", "2", "pg9"], ["explain", "sudo-withuot"],
    ["facts", "hostnam"], ["sql", "SELECT nothing"], ["sql", "SELECT * FROM hostnames"], ["again", "0", "--yes"], ["drill", "999"],
    ["replay", "--diff", "one"]])
def test_what_is_not_there_is_said_without_how_to_use_the_command(student, words):
    result = lab(*words, env=student)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stderr.startswith("Error: "), result.stderr
    assert "Usage:" not in result.stderr and "USAGE" not in result.stderr, result.stderr
    assert result.stdout == ""


def test_what_is_meant_is_suggested(student):
    assert "Did you mean 'hostname'?" in lab("sql", "SELECT * FROM hostnames", env=student).stderr
    assert "stands in single quotes: 'pg1'" in lab("sql", 'SELECT machine FROM hostname WHERE machine = "pg1"', env=student).stderr
    assert "Did you mean 'sudo-without-password'?" in lab("explain", "sudo-withuot-password", env=student).stderr


def test_the_commands_of_the_prompt_know_what_was_done_before(student):
    checked = lab("check", "2", "--timeout", "5", env=student)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "machine-reached" in checked.stdout and "pg2" in checked.stdout
    alone = lab("check", "machines", "pg2", "--timeout", "5", env=student)
    assert alone.returncode == 1 and "pg3" not in alone.stdout, alone.stdout
    progress = lab("progress", env=student)
    assert progress.returncode == 0 and "checked 2×" in progress.stdout, progress.stdout
    explained = lab("explain", "machine-reached", "pg1", "--timeout", "5", env=student)
    assert explained.returncode == 1 and "The likely cause" in explained.stdout, explained.stdout
    assert "checked 2×" in lab("progress", env=student).stdout
    assert lab("map", env=student).returncode == 3
    missing = lab("facts", "hostname", "--format", "json", env=student)
    assert missing.returncode == 3
    assert {entry["machine"] for entry in json.loads(missing.stdout)["unknown"]} == {"pg1", "pg2", "pg3", "pg_witness"}


def test_beside_an_open_lab_one_may_look_but_not_write(student):
    lab("check", "2", "--timeout", "5", env=student)
    walks = os.path.join(student["XDG_STATE_HOME"], "lab/walks")
    journal = next(os.path.join(walks, name) for name in os.listdir(walks) if name.endswith(".jsonl"))
    with open(journal) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "checked 1×" in lab("progress", env=student).stdout
        assert lab("explain", "machine-reached", "pg1", "--timeout", "5", env=student).returncode == 1
        refused = lab("hint", env=student)
        assert refused.returncode == 2 and "Another lab" in refused.stderr


def test_what_needs_no_machines_works_without(home):
    assert "hostname" in lab("facts", env=home).stdout
    page = lab("explain", "slot-missing", env=home)
    assert page.returncode == 0 and "To fix it" in page.stdout
    asked = lab("check", env=home)
    assert asked.returncode == 2 and "lab sandbox up" in asked.stderr


@pytest.mark.parametrize("words, key", [(["list"], "labs"), (["drill"], "drills"), (["doctor"], "findings"), (["facts"], "tables"), (["lint"], "complaints")])
def test_tables_are_json_and_nothing_else(home, words, key):
    result = lab(*words, "--format", "json", env=home)
    document = json.loads(result.stdout)
    assert document["format"] == 1 and isinstance(document[key], list)


def test_complaints_go_where_the_lines_are(tmp_path):
    shutil.copytree(COURSE, tmp_path / "labs/postgresql-cluster")
    step = next((tmp_path / "labs/postgresql-cluster/steps").glob("*names.yaml"))
    step.write_text(step.read_text().replace("title:", "tilte:", 1))
    words = ["lint", "--labs", str(tmp_path / "labs"), "--checks", str(ROOT / "checks")]
    shown = lab(*words, "--format", "github")
    assert shown.returncode == 2
    assert re.search(r"^::error file=.*names\.yaml,line=\d+,col=1::unknown key 'tilte'", shown.stdout, re.MULTILINE), shown.stdout
    log = json.loads(lab(*words, "--format", "sarif").stdout)
    assert [run["tool"]["driver"]["name"] for run in log["runs"]] == ["lab"]
    assert any("unknown key 'tilte'" in found["message"]["text"] for found in log["runs"][0]["results"])


def test_a_monitor_gets_a_plugins_output(student, home):
    result = lab("verify", "--step", "2", "--timeout", "5", "--format", "nagios", env=student)
    assert result.returncode == 2, result.stdout + result.stderr
    first, *rest = result.stdout.splitlines()
    text, figures = first.split(" | ")
    assert text.startswith("LAB CRITICAL - postgresql-cluster: ")
    # 'label'=value[UOM];[warn];[crit];[min];[max]
    for figure in figures.split(" "):
        assert re.fullmatch(r"[a-z]+=[0-9.]+(s|%|B|c)?;[0-9.:@~]*;[0-9.:@~]*;[0-9.]*;[0-9.]*", figure), figure
    assert rest and rest[0].startswith("FAILED: machines/machine-reached at pg1: ")
    assert "|" not in "".join(rest) and len(result.stdout) < 8192
    os.remove(os.path.join(home["XDG_CONFIG_HOME"], "lab/machines.yaml"))
    # Also where the words themselves are wrong: 2 would be an alarm.
    for words, said in [((), "lab does not know your machines yet."), (("--timout", "5"), "Unknown option '--timout'"), (("--timeout", "soon"), "The value 'soon' is invalid"),
                        (("--step", "nmaes"), "lab does not know")]:
        unknown = lab("verify", "--format", "nagios", *words, env=home)
        assert unknown.returncode == 3 and unknown.stdout.startswith(f"LAB UNKNOWN - {said}"), unknown.stdout + unknown.stderr
        assert unknown.stderr == "" and unknown.stdout.count("\n") == 1
    assert lab("verify", "--format=nagios", "--timout", "5", env=home).returncode == 3
    assert lab("verify", "--timout", "5", env=home).returncode == 2


def test_what_lab_does_is_told_on_standard_error(student):
    quiet = lab("verify", "--step", "2", "--timeout", "5", env=student)
    told = lab("verify", "--step", "2", "--timeout", "5", "-v", env=student)
    by_variable = lab("verify", "--step", "2", "--timeout", "5", env={**student, "LAB_DEBUG": "1"})
    assert quiet.stderr == ""
    for result in (told, by_variable):
        for what in ("read ", "machines.yaml", "pg1: look at", "pg2: connect to 127.0.0.1 port 3, failed after", "pg3: not reached", "judge, "):
            assert what in result.stderr, what
    assert lab("verify", "--step", "2", env={**student, "LAB_DEBUG": "0"}).stderr == ""


# MARK: Schemas

KINDS = {
    "lab": ["labs/*/lab.yaml"], "step": ["labs/*/steps/*.yaml"], "drill": ["labs/*/drills/*.yaml"], "platform": ["labs/*/platforms/*.yaml"],
    "library": ["checks/*/library.yaml"], "facts": ["checks/*/facts.yaml"], "checks": ["checks/*/*.yaml"],
}


def schema(kind):
    result = lab("schema", kind)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def files(kind):
    found = [file for pattern in KINDS[kind] for file in ROOT.glob(pattern)]
    return [file for file in found if kind != "checks" or file.name not in ("library.yaml", "facts.yaml")]


def faults(kind, data):
    return [error.message for error in jsonschema.Draft7Validator(schema(kind)).iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_fits_every_good_file_and_no_bad_one(kind):
    validator = jsonschema.Draft7Validator(schema(kind))
    validator.check_schema(validator.schema)
    found = files(kind)
    assert found
    for file in found:
        data = yaml.safe_load(file.read_text())
        assert [(file.name, error.json_path, error.message[:200]) for error in validator.iter_errors(data)] == []
        for bad in ({**data, "no-such-key": 1}, {**data, "format": 2}, {key: value for key, value in data.items() if key != "format"}, [data], "text"):
            assert not validator.is_valid(bad), (file.name, str(bad)[:80])


@pytest.mark.parametrize("kind, text", [("machines", MACHINES), ("class", """
format: 1
class: autumn
lab: postgresql-cluster
platform: debian13
defaults: {user: student, known_hosts: class_keys}
machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: "10.0.{{n}}.13", pg_witness: {address: "10.0.{{n}}.14", port: 22}}
students: [ada, {student: grace, group: evening, n: 7}]
""")])
def test_a_schema_fits_what_students_and_instructors_write(kind, text):
    good = yaml.safe_load(text)
    assert faults(kind, good) == []
    for change in (lambda data: data["machines"].update(pg1={"adress": "192.0.2.1"}), lambda data: data["defaults"].update(port=[1]),
                   lambda data: data.pop("machines") and data.update(environment=5), lambda data: data.update(platform="")):
        bad = copy.deepcopy(good)
        change(bad)
        assert faults(kind, bad), bad


def test_a_schema_knows_what_a_step_is():
    good = yaml.safe_load(next(COURSE.glob("steps/*names.yaml")).read_text())
    for change in ({"minutes": 0}, {"minutes": "10"}, {"tasks": [{"at": "all"}]}, {"tasks": {"at": "all"}}, {"title": " "}, {"hints": "one"}, {"checks": [{"until": "x"}]}):
        assert faults("step", {**good, **change}), change
