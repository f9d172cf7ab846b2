"""Holds every word that a cause or a probe looks for against the words that the programs of each release can say.

A message that a newer release words differently is found here before any fault makes it appear."""

import re

import pytest

from course_files import ROOT
from release_words import releases, words

# What one release says and another rightly does not: there is nothing of the kind there.
ONLY_SOMEWHERE = {
    "penalty:": "sshd turns addresses away from OpenSSH 9.8 on",
}


def pieces() -> dict[str, str]:
    """What stands between the wildcards of each pattern, and where: of LIKE and GLOB, of case, of grep -E."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "checks").glob("*/*.yaml")):
        text = file.read_text()
        patterns = [word.replace("''", "'") for word in re.findall(r"(?:LIKE|GLOB) '((?:[^']|'')*)'", text)]
        patterns += re.findall(r"\*'([^'\n]{5,})'\*", text)
        patterns += [part for word in re.findall(r"grep -\w*E\w* '([^']+)'", text) for part in re.split(r"[|()^$]", word)]
        for pattern in patterns:
            for piece in re.split(r"[%*?\[\]]|\.\*|\\[a-z]|_(?=%)", pattern):
                piece = piece.strip().strip("\\")
                if len(piece) >= 7 and re.search(r"[a-z]{3} |[a-z]{7}", piece):
                    found.setdefault(piece, str(file.relative_to(ROOT)))
    return found


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    return {name: words(suite, major, tmp_path_factory.mktemp(name)) for name, (suite, major) in releases().items()}


def test_what_one_release_says_all_say(said):
    assert len(said) >= 3
    known = {piece: [name for name, text in said.items() if piece in text] for piece in pieces()}
    assert sum(1 for names in known.values() if names) > 60, "the patterns were found at all"
    differing = {piece: names for piece, names in known.items() if 0 < len(names) < len(said) and piece not in ONLY_SOMEWHERE}
    assert not differing, "\n".join(f"{piece!r} ({pieces()[piece]}): only {', '.join(names)}" for piece, names in differing.items())


def test_a_changed_message_is_found(said):
    """The words as they stood before PostgreSQL 17 put names of settings into quotation marks."""
    old = "exceeds max_wal_senders"
    assert [name for name, text in said.items() if old in text] == ["debian12"]
