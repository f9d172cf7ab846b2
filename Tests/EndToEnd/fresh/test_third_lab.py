"""A third lab, written by docs/authoring.md alone: nginx in front of a second machine. It has all that it needs in its own folder."""
import os

import pytest
from commands import lab
from course_files import FIXTURES


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    environment = {
        **os.environ, "LAB_PATH": str(FIXTURES / "web"), "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    made = lab("sandbox", "up", "--prefix", "labweb", "--network", "10.79.7", "--first-port", "22771", env=environment, timeout=1500)
    assert made.returncode == 0, made.stdout + made.stderr
    yield environment
    lab("sandbox", "down", "--saved", env=environment)


def test_it_is_walked_taken_back_and_drilled(web):
    walked = lab("walk", "--auto", env=web)
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert "Every step is proved." in walked.stdout
    again = lab("walk", "--auto", "--undo", env=web)
    assert again.returncode == 0, again.stdout + again.stderr
    drilled = lab("drill", "--prove", env=web)
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert "6 drills: 6 right cause first" in drilled.stdout, drilled.stdout
    assert "0 did not mend or were not tried" in drilled.stdout, drilled.stdout
    assert lab("verify", env=web).returncode == 0
