"""What lab says of its commands."""
import os

from commands import lab


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
