"""Longer proofs, run by 'make prove': the whole course, from fresh machines to the acceptance, three times in a row."""
import json

import pytest
from commands import lab, practice_machines
from walks import proofs

PLANS = {"debian13": "--prefix labproof --network 10.85.0 --first-port 22501", "rocky9": "--prefix labproof9 --network 10.86.0 --first-port 22521"}


@pytest.fixture(scope="module", params=PLANS)
def home(request, tmp_path_factory):
    with practice_machines(tmp_path_factory.mktemp(request.param), PLANS[request.param], request.param) as environment:
        yield environment


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_whole_course(home, number):
    assert lab("sandbox", "reset", env=home, timeout=300).returncode == 0
    result = lab("walk", "--auto", env=home, timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    print(result.stdout)
    assert len(proofs(result.stdout)) == 20
    verified = lab("verify", "--format", "json", env=home, timeout=120)
    assert verified.returncode == 0, json.loads(verified.stdout)["counts"]
