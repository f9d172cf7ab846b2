"""The second course on three new machines: each step is red before its tasks and green after them, and at its end all holds at once."""
import re

from commands import lab, practice_machines


def test_the_second_course_is_walked(tmp_path):
    with practice_machines(tmp_path, "--lab postgresql-backup --prefix labvault --network 10.79.6 --first-port 22751", "debian13") as environment:
        walked = lab("walk", "--auto", env=environment, timeout=1800)
        assert walked.returncode == 0, walked.stdout + walked.stderr[-4000:]
        assert re.search(r"^proof .* yes$", walked.stdout, re.M), walked.stdout
        assert lab("verify", env=environment).returncode == 0
        # The practice machines say which lab is meant, and refuse another one with what to do.
        other = lab("verify", "--lab", "postgresql-cluster", env=environment)
        assert other.returncode == 2
        assert "Practice machines:  lab sandbox down, then lab sandbox up --lab postgresql-cluster" in other.stderr
