"""docs/authoring.md, from an empty folder on: what it shows is put into the files, and each block of commands is run, unless it needs machines."""
import os
import re
import subprocess

import pytest

from commands import LAB
from course_files import ROOT

PAGE = ROOT / "docs/authoring.md"
MACHINES = "# needs practice machines"
# Each with the paragraph before it, which says of which file it is.
BLOCKS = [(text.rpartition("\n\n")[0].rpartition("\n\n")[2], kind, block) for text, kind, block in (
    (PAGE.read_text()[:found.start()], found[1], found[2]) for found in re.finditer(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(), re.S | re.M))]


def put(file, text):
    """Writes a file as the page shows it; or, where it shows a part of one, that part in place of the one that begins with the same line."""
    first = text.splitlines()[0]
    if first == "format: 1":
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.write_text(text)
    lines = file.read_text().splitlines(keepends=True)
    [start] = [number for number, line in enumerate(lines) if line.split("#")[0].strip() == first]
    ends = r"\S" if first.startswith("- ") else r"[^\s-]"
    end = next((number for number in range(start + 1, len(lines)) if re.match(ends, lines[number])), len(lines))
    file.write_text("".join([*lines[:start], text, *lines[end:]]))


def test_the_page_is_brief_and_says_what_it_skips():
    text = PAGE.read_text()
    assert len(text.splitlines()) < 185
    assert f"begin with `{MACHINES}`" in " ".join(text.split())
    kinds = [kind for _, kind, _ in BLOCKS]
    assert kinds.count("sh") == 9 and kinds.count("yaml") == 5 and len(kinds) == 14, kinds


def test_the_page_leads_to_a_lab_that_is_clean(tmp_path):
    place = tmp_path / "empty"
    (tmp_path / "bin").mkdir()
    place.mkdir()
    (tmp_path / "bin/lab").symlink_to(LAB)
    environment = {key: value for key, value in os.environ.items() if key != "LAB_PATH"}
    environment["PATH"] = f"{tmp_path / 'bin'}:{environment['PATH']}"
    for before, kind, text in BLOCKS:
        if kind == "yaml":
            put(place / re.findall(r"`([\w./-]+\.yaml)`", before)[-1], text)
        elif not text.startswith(MACHINES):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text], cwd=place, env=environment, capture_output=True, text=True, timeout=300,
                stdin=subprocess.DEVNULL)
            assert done.returncode == 0, text + done.stdout + done.stderr
    done = subprocess.run([LAB, "lint"], cwd=place, env=environment, capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith("first: 2 steps, 2 checks, 2 causes, 2 fact tables of first: nothing to complain about."), done.stdout
    # The page does not write all texts of the drill, and lint says which these are.
    warned = done.stdout.splitlines()[1:]
    assert warned and all("drills/tree-gone.yaml" in line and "warning: this text is still to be written" in line for line in warned), done.stdout


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "docs/writing-steps.md"])
def test_the_page_is_found(file):
    assert "authoring.md" in (ROOT / file).read_text()
