"""The files of the project that tests read, and what they say."""
from pathlib import Path

ROOT = Path(__file__).parents[3]
COURSE = ROOT / "labs/postgresql-cluster"
FIXTURES = ROOT / "Tests/Fixtures"
# What is beside this file: the tests' own.
SUPPORT = Path(__file__).parent


def shipped_awk(library, start):
    """The awk program of a library's fact file, as it comes out of the shell's quotes. start: the line that calls awk, as far as it names it."""
    text = (ROOT / "checks" / library / "facts.yaml").read_text()
    begin = text.index(start)
    lines = text[begin:text.index("      '\n", begin)].split("\n")[1:]
    return "\n".join(line[6:] for line in lines).replace("\\047", "'")
