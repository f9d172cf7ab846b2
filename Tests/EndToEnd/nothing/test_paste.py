"""Every block of commands pastes as it stands: what a person selects on a terminal with the mouse is what the course means, and bash
reads it to its end."""
import re
import subprocess

import pytest
from commands import lab

# Environments and platforms have blocks of their own.
KINDS = [("sandbox", "debian13"), ("virtualbox", "rocky9"), ("virtualbox", "debian13"), ("cloud", "debian12")]


def blocks(markdown):
    """What stands between fences without a word behind them: what is typed."""
    return [text.strip("\n") for word, text in re.findall(r"^[ ]*```(\w*)\n(.*?)^[ ]*```$", markdown, re.M | re.S) if not word]


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("environment, platform", KINDS)
def test_what_a_terminal_gets_is_what_was_written(start_alone, environment, platform, columns):
    """A terminal breaks a long line by itself, and gives it back whole when it is selected. So what lab sends is what is pasted."""
    words = ["show", "--all", "--environment", environment, "--platform", platform]
    written = blocks(lab(*words, "--format", "markdown").stdout)
    assert len(written) > 60
    shown = start_alone(None, columns=columns, rows=24, words=words, LAB_PAGER="cat")
    while shown.process.isalive() or shown.pump():
        shown.pump()
    text = re.sub(rb"\x1b\[[0-9;]*m", b"", shown.raw).decode().replace("\r\n", "\n")
    assert "\x1b" not in text, "the cursor was moved"
    for block in written:
        assert f"\n{block}\n" in text, block


@pytest.mark.parametrize("environment, platform", KINDS)
def test_bash_reads_every_block_to_its_end(environment, platform):
    for block in blocks(lab("show", "--all", "--environment", environment, "--platform", platform, "--format", "markdown").stdout):
        # A here-document whose END never comes is only a warning of bash, and a terminal that waits for ever.
        read = subprocess.run(["bash", "-n"], input=block + "\n", text=True, capture_output=True)
        assert (read.returncode, read.stderr) == (0, ""), block
        assert "\t" not in block, "a tab is a question about completions, where it is pasted"
