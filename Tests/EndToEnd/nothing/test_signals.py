"""What a window, a shell and a kill do to lab while a person has a line before them."""
import os
import signal
import termios
import time

import pytest
from terminal import Lab

PROMPT = "postgresql-cluster 1 welcome> "


@pytest.fixture
def companion(tmp_path, own):
    lab = Lab(tmp_path, own)
    lab.prompt()
    yield lab
    lab.kill()


def takes_keys(lab):
    """Whether the terminal gives each key at once, and shows none itself."""
    return not termios.tcgetattr(lab.process.child_fd)[3] & (termios.ICANON | termios.ECHO)


def state(lab):
    with open(f"/proc/{lab.process.pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("start", range(6))
def test_a_window_may_be_resized_at_any_moment(companion, start):
    # An empty line has the prompt drawn again, and the window changes before, while and after it is. The first prompts of a
    # program are the ones at which libedit's own handler ended it.
    for turn in range(100):
        companion.type("\r")
        companion.pump(0.01)
        time.sleep((turn + start) % 8 / 4000)
        companion.process.setwinsize(24, 60 + turn % 40)
        assert companion.process.isalive(), f"ended by signal {companion.process.signalstatus} in turn {turn}"
    companion.resize(24, 80)
    companion.enter("steps")
    assert companion.last_line() == PROMPT.rstrip()


def test_a_line_is_drawn_anew_for_a_window_of_another_size(companion):
    companion.write("note half of it")
    companion.resize(24, 60)
    companion.wait(lambda: companion.last_line() == PROMPT + "note half of it", 10, "the line, once")
    companion.write(" and the rest")
    assert companion.last_line() == PROMPT + "note half of it and the rest"
    companion.type("\r")
    companion.prompt()
    companion.enter("notes")
    assert "half of it and the rest" in companion.text()


def test_a_stopped_program_gives_the_terminal_back_and_takes_it_again(companion):
    companion.write("note half")
    companion.wait(lambda: takes_keys(companion), 10, "single keys")
    os.kill(companion.process.pid, signal.SIGTSTP)
    companion.wait(lambda: state(companion) == "T", 10, "the stop")
    assert not takes_keys(companion)
    os.kill(companion.process.pid, signal.SIGCONT)
    companion.wait(lambda: takes_keys(companion), 10, "single keys again")
    companion.write(" and more")
    companion.wait(lambda: companion.last_line() == PROMPT + "note half and more", 10, "the whole line")


def test_ctrl_c_from_outside_gives_up_the_line(companion):
    companion.write("note half")
    os.kill(companion.process.pid, signal.SIGINT)
    companion.wait(lambda: companion.last_line() == PROMPT.rstrip(), 10, "an empty prompt")
    companion.enter("steps")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_program_that_is_ended_gives_the_terminal_back(companion, number):
    companion.write("note half")
    companion.wait(lambda: takes_keys(companion), 10, "single keys")
    fd = os.open(os.readlink(f"/proc/{companion.process.pid}/fd/0"), os.O_RDWR | os.O_NOCTTY)
    try:
        os.kill(companion.process.pid, number)
        companion.wait(lambda: not companion.process.isalive(), 10, "the end")
        assert companion.process.signalstatus == number
        assert termios.tcgetattr(fd)[3] & termios.ICANON and termios.tcgetattr(fd)[3] & termios.ECHO
    finally:
        os.close(fd)
