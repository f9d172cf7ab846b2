"""A third lab, written by docs/authoring.md alone: nginx in front of a second machine. It has all that it needs in its own folder."""
import os

import junitparser
import pytest
from lxml import etree

from commands import lab
from course_files import FIXTURES, SUPPORT


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    environment = {
        **os.environ, "LAB_PATH": str(FIXTURES / "web"), "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    made = lab("sandbox", "up", "--prefix", "labweb", "--network", "10.79.7", "--first-port", "22771", env=environment, timeout=1500)
    assert made.returncode == 0, made.stdout + made.stderr
    yield environment
    lab("sandbox", "down", "--saved", env=environment)


def test_it_is_tried_as_its_author_does_and_taken_back(web, tmp_path):
    """lab test: all that is proved of it, as a case each."""
    report = tmp_path / "junit.xml"
    tried = lab("test", "--fixtures", str(FIXTURES), "--format", "junit", "--output", str(report), env=web, timeout=1500)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    etree.XMLSchema(etree.parse(SUPPORT / "junit.xsd")).assertValid(etree.parse(report))
    suites = {suite.name: (suite.tests, suite.failures + suite.errors + suite.skipped) for suite in junitparser.JUnitXml.fromfile(str(report))}
    assert suites == {"lint": (1, 0), "fixtures": (25, 0), "walk": (6, 0), "drills": (6, 0)}
    again = lab("walk", "--auto", "--undo", env=web)
    assert again.returncode == 0, again.stdout + again.stderr
    assert lab("verify", env=web).returncode == 0
    # The state that the drills could have been put back to.
    assert lab("sandbox", "save", env=web).stdout == "tested\n"
