"""Every command that a document or a help page shows is one that lab understands, and the class file of the help is one. No machine is needed."""
import os
import re
import shlex
import shutil

import pytest
from commands import lab
from course_files import ROOT
from help_pages import TEXTS
from two_labs import PAIR

# What lab says of words that it does not know.
MISUSE = re.compile(r"Unknown option|Unexpected argument|Missing (expected|value)|is invalid for|There is no command|exclude each other")


def samples():
    """Command lines of lab in the documents and help pages, without what the shell would do with them."""
    for name in ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]:
        is_open = False
        for line in re.sub(r"\\\n\s*", "", (ROOT / name).read_text()).splitlines():
            if line.strip().startswith("```"):
                is_open = not is_open
            elif is_open:
                yield name, line.strip()
    for command, text in TEXTS.items():
        for line in re.sub(r"\\\n\s*", "", text.partition("EXAMPLES")[2]).splitlines():
            yield command, line.strip()


def words(line):
    """The words of lab in a line; None where it calls no lab."""
    found = re.match(r"(?:parallel )?(lab(?: .*)?)$", line)
    if not found:
        return None
    text = re.split(r"  +|\s#|\s[|>;]|\s:::", found[1].replace("{}", "1").replace("…", "FILE"))[0]
    return shlex.split(text)[1:]


COMMANDS = sorted({(place, tuple(found)) for place, line in samples() if (found := words(line)) is not None})


def test_samples_are_found():
    assert len(COMMANDS) > 60, COMMANDS


@pytest.mark.parametrize("place, command", COMMANDS, ids=lambda value: value if isinstance(value, str) else " ".join(value))
def test_the_words_are_known(place, command, tmp_path):
    # No home, no machines, and no program that could do anything: what is left is that lab understands what is asked of it.
    environment = {"HOME": str(tmp_path), "PATH": "/nonexistent", "TERM": "dumb", "LAB_PATH": str(ROOT), "LANG": "C.UTF-8"}
    if command[:1] in (("new",), ("test",)):
        # What writes into labs, or tries whole ones, gets a small one.
        shutil.copytree(PAIR, tmp_path / "shelf")
        environment["LAB_PATH"] = str(tmp_path / "shelf")
    result = lab(*command, timeout=60, env=environment, cwd=tmp_path)
    assert not MISUSE.search(result.stderr), result.stderr


def test_the_class_file_of_the_help_is_one(tmp_path):
    text = TEXTS["lab verify"]
    lines = text[text.index("  format: 1"):].splitlines()
    lines = lines[:next(index for index, line in enumerate(lines) if not line.strip())]
    (tmp_path / "class.yaml").write_text("\n".join(line[2:] for line in lines) + "\n")
    result = lab("verify", "--class", "class.yaml", "--student", "nobody", env={**os.environ, "LAB_PATH": str(ROOT)}, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert "There is no student 'nobody'" in result.stderr, result.stderr
