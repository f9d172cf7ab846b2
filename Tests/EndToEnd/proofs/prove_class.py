"""A longer proof: three students with four machines each, one early, one in the middle, one near the end of the course, with two
different faults at once, judged by one lab verify."""
import time

import pytest
from commands import lab
from practice_class import Member, class_file, judged, steps_before, verdicts

WHERE = {"ada": "names", "grace": "access", "linus": "failover"}


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    members = {name: Member(folder, name, number) for number, name in enumerate(WHERE)}
    try:
        for name, member in members.items():
            start = time.monotonic()
            member.make(WHERE[name])
            print(f"{name}: at the beginning of {WHERE[name]} after {time.monotonic() - start:.0f} s")
        yield members
    finally:
        for member in members.values():
            member.end()


@pytest.fixture
def file(members, tmp_path):
    return class_file(tmp_path / "class.yaml", members.values())


def test_three_steps_of_the_course(members, file):
    start = time.monotonic()
    students = judged(file)
    print(f"twelve machines, {len(students)} students: {time.monotonic() - start:.1f} s")
    assert {name: student["step"] for name, student in students.items()} == WHERE
    for name, student in students.items():
        assert all(machine["reached"] for machine in student["machines"]), student["machines"]
        assert {v["verdict"] for v in steps_before(student, WHERE[name])} == {"passed"}, name
        assert any(v["verdict"] == "failed" and v["causes"] for v in student["verdicts"] if v["step"] == WHERE[name]), name
        assert student["warnings"] == []
        assert verdicts(student) == verdicts(members[name].alone()), name
    matrix = lab("verify", "--class", file, "--quiet").stdout
    print(matrix)
    assert [line.split()[-1] for line in matrix.splitlines() if line.split()[:1] and line.split()[0] in WHERE] == list(WHERE.values())


def test_two_faults_at_once_are_told_of_those_who_have_them(members, file):
    before = judged(file)
    members["grace"].console("pg2", "sed -i '/pg3/d' /etc/hosts")
    members["linus"].console("pg3", "systemctl stop repmgrd")
    after = judged(file)
    assert verdicts(after["ada"]) == verdicts(before["ada"])
    grace, linus = ({(v["check"], v["machine"]): v for v in after[name]["verdicts"]} for name in ("grace", "linus"))
    assert after["grace"]["step"] == "names"
    assert grace["names-resolve", "pg2"]["causes"][0]["cause"] == "name-missing"
    assert linus["repmgrd-runs", "pg3"]["verdict"] == "failed"
    assert linus["repmgrd-runs", "pg3"]["causes"][0]["cause"] == "repmgrd-not-started"
    assert grace["names-resolve", "pg1"]["verdict"] == linus["names-resolve", "pg2"]["verdict"] == "passed"


def test_a_machine_that_is_off_costs_its_own_student(members, file):
    before = judged(file)
    members["ada"].lab("sandbox", "power", "pg2", "off")
    start = time.monotonic()
    after = judged(file)
    assert time.monotonic() - start < 60
    assert [machine["machine"] for machine in after["ada"]["machines"] if not machine["reached"]] == ["pg2"]
    for name in ("grace", "linus"):
        assert verdicts(after[name]) == verdicts(before[name])


def test_copies_are_found(members, file):
    """Whoever copies another's machine is seen by what the machine says of itself."""
    key = members["linus"].console("pg1", "cat /etc/machine-id").strip()
    members["grace"].console("pg_witness", f"echo {key} > /etc/machine-id")
    students = judged(file)
    assert any("machine-id of linus's pg1" in warning for warning in students["grace"]["warnings"]), students["grace"]["warnings"]
    assert any("machine-id of grace's pg_witness" in warning for warning in students["linus"]["warnings"])
    assert not students["ada"]["warnings"]
