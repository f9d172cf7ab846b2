"""Longer proof, run by 'make prove': the undo tasks of every step that has some, on both platforms. Each step is typed, taken
back (twice, which has to do no harm), and typed again: its checks are red before and green after, both times. At the end
all of it is taken back in one go, the last step first, as 'again' shows it to a student who is further on."""

import pytest
from commands import lab, practice_machines
from walks import proofs

PLANS = {"debian13": "--prefix labundo --network 10.98.0 --first-port 22541", "rocky9": "--prefix labundo9 --network 10.99.0 --first-port 22561"}
COURSE = ["machines", "identity", "names", "preflight", "install", "trust", "postgresql-conf", "access", "repmgr-conf", "primary", "standbys",
          "replication", "witness", "repmgrd", "switchover", "failover", "partitions", "backup"]
WITHOUT = {"machines", "identity", "preflight", "switchover", "failover", "partitions"}


def walk(home, *words):
    result = lab("walk", "--auto", *words, env=home, timeout=1800)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    return proofs(result.stdout)


@pytest.fixture(scope="module", params=PLANS)
def home(request, tmp_path_factory):
    with practice_machines(tmp_path_factory.mktemp(request.param), PLANS[request.param], request.param) as environment:
        yield environment


@pytest.mark.parametrize("step", COURSE)
def test_a_step_is_taken_back_and_typed_again(home, step):
    walk(home, "--from", step, "--to", step)
    if step in WITHOUT:
        refused = lab("walk", "--auto", "--undo", "--from", step, "--to", step, env=home)
        assert refused.returncode == 2
        assert f"{step} has no undo tasks" in refused.stderr
    else:
        proof = walk(home, "--undo", "--from", step, "--to", step)[step]
        print(step, proof)
        assert proof["proved"], proof
        assert not proof["red"].startswith("0/"), proof


def test_a_long_stretch_is_taken_back_at_once(home):
    proof = walk(home, "--undo", "--from", "install", "--to", "repmgrd")
    assert len(proof) == 10, proof
    assert all(row["proved"] for row in proof.values()), proof
