"""lab new: each kind of start into a new folder and beside the course, with nothing for lint to complain about; and never over something."""
import os

import pytest

from commands import lab
from two_labs import shelf

# In the order in which one leads to the next, with what each writes and changes.
STARTS = [
    ("step names", ["labs/first/steps/02-names.yaml"], ["labs/first/lab.yaml"]),
    ("fact host_file", [], ["checks/first/facts.yaml", "labs/first/lab.yaml"]),
    ("check host-file-there --step names", [], ["checks/first/first.yaml", "labs/first/steps/02-names.yaml"]),
    ("drill greeting-gone --check greeting-set --cause greeting-missing", ["labs/first/drills/greeting-gone.yaml"], []),
    ("platform sid --like debian13", ["labs/first/platforms/sid.yaml", "labs/first/sandbox/sid/packages"], []),
]
LAB_FILES = [
    "labs/first/lab.yaml", "labs/first/platforms/debian13.yaml", "labs/first/sandbox/sandbox.yaml", "labs/first/sandbox/debian13/packages",
    "labs/first/steps/01-start.yaml", "checks/first/library.yaml", "checks/first/facts.yaml", "checks/first/first.yaml",
]


def new(folder, words, status=0):
    """Runs lab new in a folder; the lines that it printed, or what it said instead."""
    environment = {key: value for key, value in os.environ.items() if key != "LAB_PATH"}
    result = lab("new", *words.split(), cwd=folder, env=environment)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stderr if status else result.stdout.splitlines()


def lint(folder):
    environment = {key: value for key, value in os.environ.items() if key != "LAB_PATH"}
    result = lab("lint", cwd=folder, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_start_in_an_empty_folder_is_clean_and_is_made_once(tmp_path):
    printed = new(tmp_path, "lab first")
    assert printed[:-1] == [f"wrote {name}" for name in LAB_FILES]
    assert printed[-1].startswith("Next: ")
    assert "first: 1 steps, 1 checks, 1 causes, 1 fact tables of first: nothing to complain about." in lint(tmp_path)
    for words, made, changed in STARTS:
        before = everything(tmp_path)
        printed = " ".join(new(tmp_path, words))
        wrote, _, then = printed.partition("Next: ")
        assert sorted(wrote.split()[1::2]) == sorted(made + changed), printed
        assert then
        now = everything(tmp_path)
        assert {str(path.relative_to(tmp_path)) for path in now.keys() - before.keys()} == set(made)
        assert {str(path.relative_to(tmp_path)) for path in before if now[path] != before[path]} == set(changed)
        lint(tmp_path)
        assert "already" in new(tmp_path, words, status=2)
        assert everything(tmp_path) == now
    assert "There is a lab 'first' already: labs/first." in new(tmp_path, "lab first", status=2)
    said = lint(tmp_path)
    assert "2 steps, 2 checks" in said
    # What it leaves to its author, lint warns of, and of nothing else.
    warned = said.splitlines()[1:]
    assert warned and all("warning: this text is still to be written" in line for line in warned), said
    assert len({line.partition(":")[0] for line in warned}) == 4, said


def test_beside_the_course_everything_stays_clean(tmp_path):
    shelf(tmp_path)
    new(tmp_path, "lab first")
    lint(tmp_path)
    for words, _, _ in STARTS:
        new(tmp_path, f"{words} --lab first")
    assert "of system, first: nothing to complain about" in lint(tmp_path)
    # With several labs somebody has to say which.
    assert "There are several labs" in new(tmp_path, "step other", status=2)


def test_a_lab_can_be_made_elsewhere(tmp_path):
    (tmp_path / "here").mkdir()
    printed = new(tmp_path / "here", "lab first --in ../there")
    assert list((tmp_path / "here").iterdir()) == []
    assert f"cd {tmp_path}/there, then" in " ".join(printed)
    lint(tmp_path / "there")


@pytest.mark.parametrize("words, said", [
    ("lab First", "'First' cannot name a lab"), ("lab ../up", "cannot name a lab"), ("step 7up", "cannot name a step"),
    ("step names --lab other", "There is no lab 'other'"), ("check x --step strat", "Did you mean 'start'?"),
    ("fact no-table", "small letters, digits and underscores"), ("drill d --check greeting-set --cause x", "There is: greeting-missing."),
    ("platform sid --like debian31", "Did you mean 'debian13'?"), ("check x", "Missing expected argument '--step"),
])
def test_what_cannot_be_meant_is_said_and_nothing_is_written(tmp_path, words, said):
    new(tmp_path, "lab first")
    before = everything(tmp_path)
    assert said in " ".join(new(tmp_path, words, status=2).split())
    assert everything(tmp_path) == before


def test_the_program_brings_sandbox_and_schemas(tmp_path):
    """A shelf of one's own has neither."""
    new(tmp_path, "lab first")
    environment = {**os.environ, "LAB_PATH": str(tmp_path)}
    assert "properties" in lab("schema", "step", cwd=tmp_path, env=environment).stdout
    shown = lab("show", "start", cwd=tmp_path, env=environment)
    assert shown.returncode == 0 and "Welcome to" in shown.stdout, shown.stdout + shown.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """A file is where the folder would be: that stops root too."""
    new(tmp_path, "lab first")
    (tmp_path / "labs/first/drills").write_text("no folder\n")
    before = everything(tmp_path)
    said = new(tmp_path, "drill d --check greeting-set --cause greeting-missing", status=2)
    assert "labs/first/drills cannot be made: there is a file of that name." in said
    assert everything(tmp_path) == before
