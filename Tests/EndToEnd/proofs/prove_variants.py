"""Longer proof, run by 'make prove': the first course with the values of three students, and some drills with the last one's."""
import json
import shlex

import pytest
from commands import lab, practice_machines
from walks import proofs

PLAN = "--prefix labvary --network 10.94.7 --first-port 24101"
# Drills that rest on the port, the database and the priorities.
DRILLS = ["never-elected", "table-dropped", "pgpass-outdated", "port-in-use", "twin", "hba-line-lost"]


@pytest.mark.parametrize("student", ["ada", "grace", "linus"])
def test_the_course_with_values_of_ones_own(student, tmp_path):
    with practice_machines(tmp_path, f"{PLAN} --variant {shlex.quote(student)}", "debian13") as environment:
        drawn = json.loads(lab("variants", "--format", "json", env=environment).stdout)["students"][0]
        assert drawn["variant"] == student and drawn["values"]["port"] != "5432"
        journal = tmp_path / "walk.jsonl"
        walked = lab("walk", "--auto", "--journal", str(journal), env=environment, timeout=3600)
        print(walked.stdout)
        assert walked.returncode == 0, walked.stdout[-8000:] + walked.stderr[-4000:]
        assert len(proofs(walked.stdout)) == 20
        verified = lab("verify", "--format", "json", env=environment, timeout=180)
        assert verified.returncode == 0, json.loads(verified.stdout)["counts"]
        replayed = lab("replay", str(journal), "--export", str(tmp_path / "walk.md"), env=environment)
        assert replayed.returncode == 0, replayed.stderr
        assert f"createdb -O app {drawn['values']['app_database']}" in (tmp_path / "walk.md").read_text()
        if student == "linus":
            drilled = lab("drill", "--prove", *DRILLS, env=environment, timeout=3600)
            print(drilled.stdout)
            assert drilled.returncode == 0, drilled.stderr[-8000:] + drilled.stdout
