"""The whole course as Rocky Linux 9 has it, on a stand-in: a Debian in the shape of EL9. No Rocky can be had here."""
import json
import os

import pytest
from commands import lab, practice_machines
from walks import proofs

# The whole course, on machines of its own: nothing else tests for so long.
pytestmark = pytest.mark.at_the_end

PLAN = os.environ.get("LAB_STANDIN", "--prefix label9 --network 10.79.0 --first-port 22401")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with practice_machines(tmp_path_factory.mktemp("standin"), PLAN, "rocky9") as environment:
        yield environment


def test_the_rocky_course_is_proved_on_the_stand_in(home):
    said = lab("sandbox", "ssh", "pg1", "--", "cat", "/etc/os-release", env=home)
    assert "stand-in" in said.stdout, "it must not pass for a real Rocky"
    result = lab("walk", "--auto", env=home, timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    rows = proofs(result.stdout)
    assert len(rows) == 20
    assert all(row["proved"] for row in rows.values())
    verified = lab("verify", "--format", "json", env=home, timeout=120)
    assert verified.returncode == 0, verified.stdout[-3000:]
    assert json.loads(verified.stdout)["counts"]["passed"] > 170
