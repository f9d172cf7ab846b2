"""The first steps, by somebody who knows only what the screen says, and types all of it in a terminal of the usual size."""
import os
import re

import pytest
from commands import lab as run_lab
from commands import practice_machines
from newcomer import Newcomer
from terminal import Lab

PLAN = os.environ.get("LAB_FIRST_HOUR", "--prefix labhour --network 10.79.5 --first-port 22801")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with practice_machines(tmp_path_factory.mktemp("hour"), PLAN, "debian13") as environment:
        yield environment


def test_the_screen_alone_leads_through_the_first_four_steps(home, tmp_path):
    """Nothing is typed that was not shown, and lab is never left. `make start` ends in these words, and opens lab."""
    assert "'lab' goes on with the course." in run_lab("sandbox", "up", env=home).stdout
    folders = {name: home[name] for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    lab = Lab(tmp_path, None, **folders)
    somebody = Newcomer(lab)
    try:
        lab.prompt(60)
        passed = []
        while not re.search(r"\b5 \w+( \S+)?> ?$", lab.last_line()):
            if somebody.blocks():
                somebody.work()
                somebody.at_lab(somebody.read(r"then '(check)'"))
                assert re.search(r" ✓> ?$", lab.last_line()), lab.text()[-4000:]
            passed.append(lab.last_line())
            assert len(passed) < 5, passed
            somebody.go_on()
        print("\n".join(somebody.keys))
        assert lab.process.isalive()
        assert [key for key in somebody.keys if key in ("next", "check")] == ["next"] + ["check", "next"] * 3
    finally:
        lab.kill()
