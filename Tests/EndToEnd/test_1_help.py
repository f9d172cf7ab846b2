"""The help of every command fits a terminal of 80 columns as it was written, and shows how the command is used."""
import os

import pytest
from conftest import lab


def commands(words=()):
    """Every command of lab, with its words."""
    yield list(words)
    help = shown(words, 200)
    for line in help.partition("SUBCOMMANDS:\n")[2].splitlines():
        name = line.strip().split(" ")[0]
        if line.startswith("  ") and not line.startswith("   ") and name not in ("help", "See"):
            yield from commands([*words, name])


def shown(words, columns):
    return lab(*words, "--help", env={**os.environ, "COLUMNS": str(columns)}).stdout


# What each command says of itself, before the list of its options.
TEXTS = {" ".join(["lab", *words]): shown(words, 200).partition("\nUSAGE:")[0] for words in commands()}


def test_every_command_is_found():
    assert len(TEXTS) == 29, sorted(TEXTS)


@pytest.mark.parametrize("command", TEXTS)
def test_no_line_is_broken_by_the_terminal(command):
    overview, *lines = TEXTS[command].splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert "EXAMPLES" in lines, "no example"


@pytest.mark.parametrize("command", TEXTS)
def test_no_colour_is_said_in_one_way(command):
    said = " ".join(shown(command.split()[1:], 200).partition("\nOPTIONS:")[2].partition("--no-color")[2].split()[:9])
    assert said in ("", "No colours. NO_COLOR in the environment does the same.")
