"""What people type at lab's prompt who do not know its commands yet: it leads to the command that is meant, and never to a dead end."""
import re

import pytest


@pytest.fixture
def talk(start_alone, own):
    """Types lines at lab's prompt, on machines that nobody can reach, and gives back what came of the last one, without line breaks."""
    def of(*lines):
        lab = start_alone(own, words=["--timeout", "2"])
        lab.prompt()
        for line in lines[:-1]:
            lab.enter(line)
        lab.enter(lines[-1])
        # On a busy computer a line may have been typed twice before it was taken.
        said = re.split(rf"> .*{re.escape(lines[-1])}\n", lab.text())[-1]
        return " ".join(said.split())

    return of


@pytest.mark.parametrize("word, comes", [
    ("hilfe", "A command may be shortened"), ("ayuda por favor", "A command may be shortened"), ("HELP", "A command may be shortened"),
    ("weiter", "Four machines that you can reach"), ("siguiente", "Four machines that you can reach"), ("next", "Four machines that you can reach"),
    ("why", "'explain' is the command for that; 'why logs' tells what the machines' logs have. There is nothing to check in step welcome."),
    ("what is wrong?", "'explain' is the command for that"), ("lab list", "Four machines that you can reach"),
    ("lab show names", "Every machine knows its name"), ("show names", "Every machine knows its name"),
])
def test_a_plain_word_is_the_command_that_it_means(talk, word, comes):
    assert comes in talk(word)


@pytest.mark.parametrize("line", ["I am stuck", "what do I do now?", "help me", "now what", "was jetzt", "frobnicate"])
def test_who_is_lost_gets_what_makes_sense_next(talk, line):
    assert "There is nothing to check in this step: type 'next'." in talk(line)


def test_exit_leaves(start_alone, own):
    lab = start_alone(own)
    lab.prompt()
    lab.send("exit")
    lab.wait_for("Until next time")


def test_an_unclear_beginning_says_what_it_may_be(talk):
    assert "'n' may be 'next' or 'note'." in talk("n")


@pytest.mark.parametrize("line, place", [
    ("hostnamectl set-hostname pg1", "That is a command for pg1, pg2, pg3, pg_witness, as root: 'ssh pg1' opens a terminal there. 'run 1' lets lab type that task."),
    ("sudo -i", "That is a command for one of the machines: 'ssh pg1' opens a terminal there."),
    ("lab sandbox up", "'lab' with a word is a command of your computer's shell: type it in another terminal."),
])
def test_a_command_of_a_shell_is_told_where_it_belongs(talk, line, place):
    assert place in talk("goto names", line)


@pytest.mark.parametrize("step, line, answer", [
    ("names", "ssh pg4", "There is no machine 'pg4'. The machines: pg1, pg2, pg3, pg_witness."),
    ("names", "run 9", "There is no task and no machine '9' here. This step has tasks 1, 2, 3, 4."),
    ("postgresql-conf", "run 1 pg_witness", "Task 1 is not for pg_witness; tasks 2, 3 are."),
])
def test_machines_and_tasks_that_are_not_there_are_named(talk, step, line, answer):
    assert answer in talk(f"goto {step}", line)


def test_goto_says_what_the_step_builds_on(talk):
    assert "4 steps before this one have not passed yet, and this one builds on them." in talk("goto install")


def test_a_hint_before_any_check_says_that_hints_follow_checks(talk):
    assert "'check' shows what is missing yet" in talk("goto names", "hint")


def test_mark_and_hints_belong_to_the_step_whose_check_failed(start_alone, own):
    lab = start_alone(own, words=["--timeout", "2"])
    lab.prompt()
    lab.enter("goto machines")
    lab.enter("check", 90)
    assert lab.last_line().endswith("2 machines ✗>")
    lab.enter("goto names")
    assert lab.last_line().endswith("4 names>")
    lab.enter("goto machines")
    assert lab.last_line().endswith("2 machines ✗>")
    lab.enter("next")
    assert "The last check of step machines failed. 'explain' says why" in " ".join(lab.text().split())
    lab.enter("hint")
    assert "Hint 1 of" in lab.text() and "for machine-reached at pg1:" in " ".join(lab.text().split())
