"""Longer proof, run by 'make prove': the whole course and every drill on each platform, and the table in docs/platforms.md."""
import os

import platform_table
import pytest
import yaml
from commands import lab, practice_machines
from course_files import COURSE

# 'make prove PLATFORM=sid' proves one alone. The platforms are those that say how their practice machines are made.
PLATFORMS = os.environ.get("LAB_PLATFORM", "").split() or sorted(
    file.stem for file in (COURSE / "platforms").glob("*.yaml") if "practice" in yaml.safe_load(file.read_text()))


@pytest.fixture(scope="module", params=PLATFORMS)
def machines(request, tmp_path_factory):
    plan = f"--prefix labplat{PLATFORMS.index(request.param)} --network 10.92.{PLATFORMS.index(request.param)} --first-port 22601"
    with practice_machines(tmp_path_factory.mktemp(request.param), plan, request.param) as environment:
        yield request.param, environment


def test_the_course_and_every_drill(machines):
    platform, home = machines
    walked = lab("walk", "--auto", env=home, timeout=3600)
    print(walked.stdout)
    assert walked.returncode == 0, walked.stdout + walked.stderr[-4000:]
    assert lab("verify", env=home).returncode == 0
    assert lab("sandbox", "save", "finished", env=home).returncode == 0
    drilled = lab("drill", "--prove", "--restore", "finished", env=home, timeout=7200)
    print(drilled.stdout)
    versions = lab("sandbox", "console", "pg1", "--", "sh", "-c", platform_table.versions_command(platform), env=home).stdout
    platform_table.write(platform_table.row(platform, versions, walked.stdout, drilled.stdout))
    assert drilled.returncode == 0, drilled.stderr[-8000:] + drilled.stdout
