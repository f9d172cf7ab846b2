"""Machines that nobody has done anything to."""
from commands import verify


def test_fresh_machines_fail_and_the_first_step_is_named(machines):
    status, report, verdicts = verify()
    assert status == 1
    assert report["students"][0]["step"] == "machines"
    assert verdicts["sudo-without-password", "pg1"]["causes"][0]["cause"] == "no-sudo-rule"
