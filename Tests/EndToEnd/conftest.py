"""The stages of the end-to-end tests, and practice machines for them: made once, walked through the course once, mended after each test."""
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))

from commands import SANDBOX, lab, sandbox  # noqa: E402
from terminal import Lab  # noqa: E402
from walks import LATER_STEPS  # noqa: E402

# The folders: what the tests in them need. The machines of one stage become those of the next.
STAGES = ["nothing", "fresh", "walked", "cluster", "proofs"]
# Who asks for one of these needs at least this stage.
NEEDS = {"machines": "fresh", "walked": "walked", "cluster": "cluster"}
OWN_MACHINES = """
format: 1
lab: postgresql-cluster
environment: own
platform: debian13
defaults: {user: student}
machines:
  pg1: {address: 192.0.2.11}
  pg2: {address: 192.0.2.12}
  pg3: {address: 192.0.2.13}
  pg_witness: {address: 192.0.2.14}
"""


def pytest_configure(config):
    config.addinivalue_line("markers", "turn(number): where the tests of a file come in their stage. Without it 0; less comes earlier, more comes later")
    config.addinivalue_line("markers", "at_the_end: after all stages, since it takes the machines away, or takes long")


def pytest_collection_modifyitems(items):
    """By stage, and in a stage by turn: one walk is enough for all. Where nothing is said of two files, neither needs the other."""
    def place(item):
        stage, turn = STAGES.index(item.path.parent.name), item.get_closest_marker("turn")
        needed = [fixture for fixture, least in NEEDS.items() if fixture in item.fixturenames and STAGES.index(least) > stage]
        if needed:
            raise pytest.UsageError(f"{item.nodeid} is in {STAGES[stage]}/, and asks for '{needed[-1]}', which is more than that.")
        return item.get_closest_marker("at_the_end") is not None, stage, turn.args[0] if turn else 0

    items.sort(key=place)


@pytest.fixture(scope="session")
def machines():
    """Four fresh clones."""
    sandbox("reset", *SANDBOX)
    yield
    sandbox("down")


@pytest.fixture(scope="session")
def walked(machines):
    """The machines after the automatic walk of the first part, and what the walk printed."""
    result = lab("walk", "--auto", "--to", "trust", timeout=1200)
    print(result.stdout, result.stderr[-3000:])
    assert result.returncode == 0, result.stdout + result.stderr[-3000:]
    return result


@pytest.fixture(scope="session")
def cluster(walked):
    """The finished cluster, and what the walk printed on the way there."""
    result = lab("walk", "--auto", "--from", LATER_STEPS[0], timeout=1500)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    return result


@pytest.fixture(scope="session")
def inventory(walked):
    return os.path.join(os.environ["XDG_STATE_HOME"], "lab/sandbox/machines.yaml")


@pytest.fixture
def start(start_alone, inventory):
    """Starts lab in a terminal on the machines that were walked; ends it after the test, whatever happened."""
    return lambda machines=None, **more: start_alone(machines or inventory, **more)


@pytest.fixture
def start_alone(tmp_path):
    """Starts lab in a terminal; ends it after the test, whatever happened."""
    running = []

    def begin(machines, **more):
        lab = Lab(tmp_path, machines, **more)
        running.append(lab)
        return lab

    yield begin
    for lab in running:
        lab.kill()


@pytest.fixture
def own(tmp_path):
    """A student's own machines, at addresses that nobody has: whatever tried to reach them would fail."""
    file = tmp_path / "machines.yaml"
    file.write_text(OWN_MACHINES)
    return str(file)
