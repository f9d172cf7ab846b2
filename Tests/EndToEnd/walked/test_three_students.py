"""Three students, twelve machines, three different steps: one class, judged at once as each would be alone."""
import json
from pathlib import Path

import pytest
from commands import lab
from practice_class import Member, class_file, judged, steps_before, verdicts

# Who has come how far. The machines of the other tests are the third student's, who is further than these two.
WHERE = {"ada": "machines", "grace": "names"}


class Neighbour:
    """The machines that the other tests use, as a member of the class."""
    name = "linus"

    def __init__(self, inventory):
        self.inventory = Path(inventory)

    def alone(self):
        return json.loads(lab("verify", "--format", "json").stdout)["students"][0]


@pytest.fixture(scope="module")
def members(inventory, tmp_path_factory):
    folder = tmp_path_factory.mktemp("three")
    made = [Member(folder, name, number) for number, name in enumerate(WHERE)]
    try:
        for member in made:
            # Fresh machines are at the beginning of the first step that has checks.
            member.make(None if WHERE[member.name] == "machines" else WHERE[member.name])
        yield {member.name: member for member in [*made, Neighbour(inventory)]}
    finally:
        for member in made:
            member.end()


@pytest.fixture
def file(members, tmp_path):
    return class_file(tmp_path / "class.yaml", members.values())


def test_each_is_judged_as_alone(members, file):
    students = judged(file)
    alone = {name: member.alone() for name, member in members.items()}
    steps = {name: student["step"] for name, student in students.items()}
    assert steps == {**WHERE, "linus": alone["linus"]["step"]}
    assert len(set(steps.values())) == 3
    for name, student in students.items():
        assert all(machine["reached"] for machine in student["machines"]), student["machines"]
        assert {v["verdict"] for v in steps_before(student, student["step"])} <= {"passed"}, name
        assert verdicts(student) == verdicts(alone[name]), name
    for name in WHERE:
        assert any(v["verdict"] == "failed" and v["causes"] for v in students[name]["verdicts"] if v["step"] == WHERE[name]), name
    # Whoever is past step identity shares nothing with anybody.
    assert students["grace"]["warnings"] == students["linus"]["warnings"] == []
    matrix = lab("verify", "--class", file, "--quiet").stdout
    assert [line.split()[-1] for line in matrix.splitlines() if line.split()[:1] and line.split()[0] in students] == list(steps.values())


def test_what_one_breaks_is_told_of_that_one(members, file):
    before = judged(file)
    members["grace"].console("pg3", "rm -f /etc/machine-id; touch /etc/machine-id")
    after = judged(file)
    for name in ("ada", "linus"):
        assert verdicts(after[name]) == verdicts(before[name]), name
    was, now = (verdicts(report["grace"]) for report in (before, after))
    changed = {key for key in now if now[key] != was[key]}
    assert after["grace"]["step"] == "identity"
    assert {machine for step, _, machine in changed if step == "identity"} <= {"pg3", None}
    assert changed
