"""The man pages say what the commands say, and nothing in them is wrong for the programs that show them."""
import os
import re
import subprocess

import pytest

from commands import lab
from course_files import ROOT
from help_pages import TEXTS, shown

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The file of each command's page."""
    folder = tmp_path_factory.mktemp("manual") / "man1"
    done = lab("manual", folder, env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"})
    assert done.returncode == 0, done.stderr
    return {file.stem.replace("-", " "): file for file in sorted(folder.iterdir())}


def read(page):
    """A page as man shows it, in 80 columns, without overstriking."""
    environment = {**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANROFFOPT": "-c"}
    done = subprocess.run(["man", "--warnings=all", "-P", "cat", "-l", page], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return re.sub(".\b", "", done.stdout)


def test_each_command_has_a_page(pages):
    assert set(pages) == set(TEXTS)


@pytest.mark.parametrize("command", TEXTS)
def test_a_page_is_whole(pages, command):
    text = read(pages[command])
    there = re.findall(r"^[A-Z][A-Z ]+$", text, re.M)
    assert [name for name in there if name in SECTIONS] == SECTIONS
    assert "2026-01-01" in text
    # Every option of the help, and its value.
    options = re.findall(r"^  (-[^ \n].*?)(?:  |$)", shown(command.split()[1:], 200), re.M)
    assert options
    described = text.partition("\nOPTIONS\n")[2].partition("\nENVIRONMENT\n")[0]
    for option in options:
        for name in re.findall(r"--?[a-z][a-z-]*", option):
            assert re.search(rf"^ .*{re.escape(name)}(?![a-z-])", described, re.M), name
    # Every example, as it is typed.
    help = TEXTS[command].partition("\nEXAMPLES\n")[2].partition("\n\n")[0]
    examples = text.partition("\nEXAMPLES\n")[2]
    for line in help.splitlines():
        assert " ".join(line.split()) in " ".join(examples.split()), line


def test_mandoc_finds_nothing_wrong(pages):
    # A line of an example may be long.
    said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages.values()], capture_output=True, text=True).stdout
    assert said == ""


def test_every_page_that_is_named_is_there(pages):
    names = {name for file in pages.values() for name in re.findall(r"^\.BR (lab\S*) \(1\)", file.read_text(), re.M)}
    assert {name.replace("\\-", " ") for name in names} <= set(pages)


def test_every_variable_that_lab_reads_is_explained():
    text = lab("help", "environment").stdout
    sources = "".join(file.read_text() for file in (ROOT / "Sources").rglob("*.swift"))
    read = set(re.findall(r'environment\["([A-Z_0-9]+)"\]|(?:said|number|Self\.number|folder)\("([A-Z_0-9]+)"', sources))
    names = {name for pair in read for name in pair if name}
    assert {"LAB_PATH", "NO_COLOR", "COLUMNS", "XDG_STATE_HOME", "SLURM_ARRAY_TASK_ID"} <= names
    assert [name for name in sorted(names) if name not in text] == []
    for status in ("0", "1", "2", "3", "130"):
        assert re.search(rf"^  {status} +[A-Z]", text, re.M)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_the_topic_fits(columns):
    text = lab("help", "environment", env={**os.environ, "COLUMNS": str(columns)}).stdout
    assert [line for line in text.splitlines() if len(line) > columns] == []
