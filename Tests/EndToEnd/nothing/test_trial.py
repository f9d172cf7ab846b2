"""lab test without machines: what is wrong with a lab's files and fixtures, as one report that programs read too."""
import os
import shutil

import junitparser
import pytest
from lxml import etree

from commands import lab
from course_files import FIXTURES, SUPPORT
from two_labs import shelf

FIXTURE = """format: 1
base: proof-debian13
upto: machines
fixtures:
- cause: {cause}
  check: {check}
  machine: db2
  changes: [{{machine: db2, table: hostname, set: {{static: db1, kernel: db1}}}}]
"""


@pytest.fixture
def author(tmp_path):
    """A folder with two labs of an author's own, and nobody's machines."""
    (tmp_path / "own").mkdir()
    home = {key: str(tmp_path / key.lower()) for key in ("XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    environment = {**{key: value for key, value in os.environ.items() if key != "LAB_PATH"}, **home}
    for name in ("first", "second"):
        assert lab("new", "lab", name, cwd=tmp_path / "own", env=environment).returncode == 0
    return tmp_path / "own", environment


def trial(author, *words, status):
    folder, environment = author
    result = lab("test", *words, cwd=folder, env=environment)
    assert result.returncode == status, result.stdout + result.stderr
    return result


def parts(said):
    """The table at the end: by part, what was proved of how many, and the word at the end."""
    lines = said.split("part", 1)[1].splitlines()[1:]
    return {line.split()[0]: (line.split("  ", 1)[1].strip().split("  ")[0], line.rsplit("  ", 1)[1]) for line in lines if line}


def test_files_that_are_right_are_said_to_be(author):
    said = parts(trial(author, "first", "--only", "lint", status=0).stdout)
    assert said == {"lint": ("1 of 1", "yes")}


def test_what_was_not_tried_is_no_success(author):
    said = parts(trial(author, "first", "--only", "lint", "--only", "fixtures", status=1).stdout)
    assert said["lint"][1] == "yes"
    assert said["fixtures"] == ("0 of 1", f"not tried: there is no folder {author[0] / 'fixtures'}")


def test_a_complaint_ends_it_before_anything_else_is_tried(author):
    file = author[0] / "labs/first/steps/01-start.yaml"
    file.write_text(file.read_text().replace("greeting-set", "greeting-sat"))
    result = trial(author, "first", status=2)
    assert list(parts(result.stdout)) == ["lint"]
    assert "labs/first/steps/01-start.yaml:" in result.stdout
    assert "greeting-sat" in result.stdout
    # The other lab is none of its business.
    trial(author, "second", "--only", "lint", status=0)


@pytest.mark.parametrize("words, said", [
    ([], "There are several labs: first, second. Say which with --lab."),
    (["thrid"], "There is no lab 'thrid'"),
    (["first", "--lab", "second"], "Two labs are named: 'first' and 'second'. One at a time."),
    (["first", "--only", "lint", "--reset"], "--reset is for the walk"),
    (["first", "--only", "drills"], "lab does not know your machines yet."),
    (["first", "--only", "test"], "one of 'lint', 'fixtures', 'walk' or 'drills'"),
])
def test_what_cannot_be_tried_is_said(author, words, said):
    result = trial(author, *words, status=2)
    assert said in result.stderr
    assert "proved" not in result.stdout


def test_machines_that_are_no_practice_machines_are_left_alone(author):
    folder, environment = author
    machines = folder / "machines.yaml"
    machines.write_text("format: 1\nlab: first\nenvironment: own\nplatform: debian13\nmachines:\n"
                        "  front1: {address: 127.0.0.1, port: 22398, user: student}\n  back1: {address: 127.0.0.2, port: 22399, user: student}\n")
    result = trial(author, "first", "--only", "walk", "--machines", str(machines), status=2)
    assert "These machines are not practice machines" in result.stderr


def test_a_fixture_that_shows_something_else_fails_alone_in_junit(tmp_path):
    """The second course, with one right fixture and one wrong one: a case each, and one for each cause without a fixture."""
    environment = {**shelf(tmp_path / "shelf"), **{key: str(tmp_path / key.lower()) for key in ("XDG_STATE_HOME", "XDG_CONFIG_HOME")}}
    own = tmp_path / "shelf/fixtures/postgresql-backup"
    (own / "causes").mkdir(parents=True)
    shutil.copytree(FIXTURES / "postgresql-backup/facts", own / "facts")
    for name, cause in [("right", "hostname-of-another"), ("wrong", "hostname-with-underscore")]:
        (own / f"causes/{name}.yaml").write_text(FIXTURE.format(cause=cause, check="hostname-set"))
    report = tmp_path / "junit.xml"
    result = lab("test", "postgresql-backup", "--only", "fixtures", "--format", "junit", "--output", str(report), env=environment)
    assert result.returncode == 1, result.stdout + result.stderr
    etree.XMLSchema(etree.parse(SUPPORT / "junit.xsd")).assertValid(etree.parse(report))
    [suite] = junitparser.JUnitXml.fromfile(str(report))
    assert (suite.name, suite.errors, suite.skipped) == ("fixtures", 0, 0)
    told = {case.name.split("/")[-1]: [fault.message for fault in case.result] for case in suite if "causes/" in case.name}
    right, wrong = sorted(told)
    assert right.startswith("right.yaml:5:") and told[right] == []
    assert wrong.startswith("wrong.yaml:5:") and "another cause comes first" in told[wrong][0]
    others = [case for case in suite if "causes/" not in case.name]
    assert len(others) == suite.failures - 1 > 100
    assert all("no fixture shows" in case.result[0].message for case in others)
