"""The help of every command fits a terminal of 80 columns as it was written, and shows how the command is used."""
import pytest
from help_pages import TEXTS, shown


def test_every_command_is_found():
    assert len(TEXTS) == 36, sorted(TEXTS)


@pytest.mark.parametrize("command", TEXTS)
def test_no_line_is_broken_by_the_terminal(command):
    overview, *lines = TEXTS[command].splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert "EXAMPLES" in lines, "no example"


@pytest.mark.parametrize("command", TEXTS)
def test_no_colour_is_said_in_one_way(command):
    said = " ".join(shown(command.split()[1:], 200).partition("\nOPTIONS:")[2].partition("--no-color")[2].split()[:9])
    assert said in ("", "No colours. NO_COLOR in the environment does the same.")
