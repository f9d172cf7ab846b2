"""The help of every command fits a terminal of 80 columns as it was written, and shows how the command is used."""
import pytest
from help_pages import TEXTS, shown


def test_every_command_is_found():
    assert len(TEXTS) == 48, sorted(TEXTS)


@pytest.mark.parametrize("command", TEXTS)
def test_no_line_is_broken_by_the_terminal(command):
    overview, *lines = TEXTS[command].splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert "EXAMPLES" in lines, "no example"


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("command", TEXTS)
def test_no_word_is_broken(command, columns):
    """In whatever width: a word of the page is a word of the page without an edge, and only a long word makes a line too wide."""
    words = command.split()[1:]
    whole = set(shown(words, 1000).split())
    for line in shown(words, columns).splitlines():
        assert set(line.split()) <= whole | {"\\"}, line
        assert len(line) <= columns or max(map(len, line.split())) > columns - 30, line


@pytest.mark.parametrize("command", TEXTS)
def test_no_colour_is_said_in_one_way(command):
    said = " ".join(shown(command.split()[1:], 200).partition("\nOPTIONS:")[2].partition("--no-color")[2].split()[:9])
    assert said in ("", "No colours. NO_COLOR in the environment does the same.")


@pytest.mark.parametrize("columns", [50, 60])
@pytest.mark.parametrize("command", TEXTS)
def test_a_narrow_terminal_breaks_between_words(command, columns):
    narrow, wide = shown(command.split()[1:], columns), shown(command.split()[1:], 200)
    overview = narrow.partition("\nOPTIONS:")[0]
    # A word that is longer than the line stays whole, so that it can be copied.
    assert [line for line in overview.splitlines() if len(line) > columns and " " in line.strip()] == []
    # Nothing is lost. A command that goes on in the next line has a backslash.
    def words(text):
        return [word for word in text.partition("\nOPTIONS:")[0].split() if word != "\\"]
    assert words(narrow) == words(wide)
    # An option and its value stay together.
    usage = overview.partition("\nUSAGE: ")[2].partition("\n\n")[0].splitlines()
    assert all(line.count("[") == line.count("]") for line in usage)
    assert all(line.startswith("    ") for line in usage[1:])
    # What an example is about goes on under its beginning, or under the command.
    for line in overview.partition("EXAMPLES\n")[2].partition("\n\n")[0].splitlines():
        assert line.startswith("  "), line
