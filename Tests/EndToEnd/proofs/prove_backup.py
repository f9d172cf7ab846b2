"""Longer proof, run by 'make prove': the second course and every one of its drills, on each platform that it has practice machines of."""
import os

import pytest
from commands import lab, practice_machines
from course_files import ROOT

NAME = "postgresql-backup"
HAS = sorted(file.stem for file in (ROOT / "labs" / NAME / "platforms").glob("*.yaml"))
PLATFORMS = [name for name in os.environ.get("LAB_PLATFORM", "").split() or HAS if name in HAS]


@pytest.fixture(scope="module", params=PLATFORMS)
def machines(request, tmp_path_factory):
    number = PLATFORMS.index(request.param)
    plan = f"--lab {NAME} --prefix labvault{number} --network 10.92.{40 + number} --first-port 22651"
    with practice_machines(tmp_path_factory.mktemp(request.param), plan, request.param) as environment:
        yield environment


def test_the_course_and_every_drill(machines):
    walked = lab("walk", "--auto", env=machines, timeout=3600)
    print(walked.stdout)
    assert walked.returncode == 0, walked.stdout + walked.stderr[-4000:]
    assert lab("verify", env=machines).returncode == 0
    assert lab("sandbox", "save", "finished", env=machines).returncode == 0
    drilled = lab("drill", "--prove", "--restore", "finished", env=machines, timeout=7200)
    print(drilled.stdout)
    assert drilled.returncode == 0, drilled.stderr[-8000:] + drilled.stdout
