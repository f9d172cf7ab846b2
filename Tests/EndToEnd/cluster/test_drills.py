"""Drills: a varied dozen is proved, and one is done as a student does it, in a real terminal."""
import re

import pytest
from commands import console, lab, verify
from differences import in_companion

# Behind the tests that break and mend one thing by hand: a drill that is not mended would fail them all.
pytestmark = pytest.mark.turn(1)

# One or two of each area; 'make prove' tries all of them.
DOZEN = ["same-twice", "line-lost", "hba-line-lost", "no-room", "keys-too-open", "sudo-other-unit", "restart-pending", "reject-above", "pgpass-outdated",
         "slot-dropped", "replay-paused", "record-taken", "daemon-asleep", "wrong-witness",
         "backup-touched"]


def test_a_dozen_drills_are_proved(cluster):
    """Each fault is put in: the right cause comes first, no other is named, at most three checks fail, and the repair mends it."""
    result = lab("drill", "--prove", *DOZEN, timeout=1500)
    assert result.returncode == 0, result.stderr[-8000:] + result.stdout
    assert f"{len(DOZEN)} drills: {len(DOZEN)} right cause first, 0 right cause named as also, 0 not recognised, 0 with a wrong cause" in result.stdout


def number(title):
    """A student chooses a drill by its number in the list."""
    return re.search(rf"^ *(\d+)  {title}", lab("drill").stdout, re.M).group(1)


def test_the_list_gives_nothing_away(cluster):
    listed = lab("drill")
    assert "pgpass" not in listed.stdout
    assert listed.returncode == 0
    assert re.search(r"^easy$", listed.stdout, re.M)
    assert re.search(r"^hard$", listed.stdout, re.M)
    assert len([line for line in listed.stdout.splitlines() if line.startswith("  ")]) >= 40
    named = lab("drill", "pgpass-opne")
    assert named.returncode == 2
    assert "Did you mean 'pgpass-open'?" in named.stderr


def test_a_drill_from_its_story_to_its_repair(cluster, start):
    companion = start()
    companion.prompt()
    companion.enter("drill")
    assert "One machine is not let in" in companion.text()
    assert "pgpass" not in companion.text()
    try:
        companion.enter(f"drill {number('One machine is not let in')}", seconds=120)
        assert "One machine is not let in" in companion.text()
        companion.enter("check", seconds=60)
        seen = companion.text().split("> check")[-1]
        assert "Not repaired yet" in seen
        assert "chmod" not in seen, "symptoms only"
        companion.enter("hint")
        assert "Hint 1 of 3" in companion.text()
        companion.enter("explain")
        assert "chmod 600" in companion.text()
        # lab dies; the drill is still open afterwards.
        companion.kill()
        companion = start()
        companion.prompt()
        companion.enter("drill")
        assert "One machine is not let in" in companion.text()
        console("pg2", "chmod 600 ~postgres/.pgpass")
        companion.enter("check", seconds=60)
        told = " ".join(companion.text().split())
        assert re.search(r"Repaired in \d+ (s|min).*, with 1 hint", told), told[-1500:]
        assert "What was done on pg2" in told
    finally:
        console("pg2", "chmod 600 ~postgres/.pgpass")


CLOSE = "chmod 600 ~postgres/.pgpass"


@pytest.mark.parametrize("is_named", [True, False])
def test_a_fault_that_was_named_is_worth_more_than_one_mended_by_luck(cluster, start, is_named):
    companion = start()
    companion.prompt()
    try:
        companion.enter(f"drill {number('One machine is not let in')}", seconds=120)
        if is_named:
            companion.enter("diagnose password file")
            assert "password-file-open" in companion.text()
            companion.enter("diagnose pg3 password-file-open")
            assert "It may be somewhere else." in companion.text()
            companion.enter("facts password_file pg2", seconds=60)
            companion.enter("diagnose pg2 password-file-open")
            assert "That is it: password-file-open on pg2." in companion.text()
        console("pg2", CLOSE)
        companion.enter("check", seconds=60)
        told = " ".join(companion.text().split())
        points = int(re.search(r"(\d+) of 100 points", told)[1])
        assert points == (85 if is_named else 40), told[-1500:]
        assert ("one wrong diagnosis" in told) == is_named
        assert ("never named" in told) != is_named
        assert "lab recognises password-file-open by 'facts password_file pg2'" in told
        companion.enter("drill due")
        assert "No drill is due." in companion.text()
    finally:
        console("pg2", CLOSE)


def test_a_diagnosis_is_for_drills(cluster):
    assert "none is open" in in_companion("diagnose pg2 password-file-open")


def test_a_student_who_gives_up_gets_the_machines_back(cluster, start):
    companion = start()
    companion.prompt()
    companion.enter(f"drill {number('One machine is not let in')} blind", seconds=120)
    assert companion.last_line() == "drill ?>"
    assert "lab does not say what" in companion.text()
    assert "One machine is not let in" not in companion.text().split("blind")[-1]
    companion.enter("drill 3")
    assert "A drill is open already" in companion.text()
    companion.enter("giveup", seconds=150)
    assert "The machines are as they were." in companion.text()
    assert console("pg2", "stat -c %a ~postgres/.pgpass").strip() == "600"
    companion.enter("giveup")
    assert "No drill is open." in companion.text()


def test_a_verdict_remembers_when_it_passed_and_what_has_changed(cluster):
    assert verify("--all")[0] == 0
    console("pg3", "chmod 644 ~postgres/.pgpass")
    try:
        _, _, verdicts = verify("--all")
        pretty = lab("verify").stdout
    finally:
        console("pg3", "chmod 600 ~postgres/.pgpass")
    changed = verdicts["password-file", "pg3"]["changed"]
    assert changed
    assert any("644" in what and "600" in what for what in changed["what"]), changed
    assert "Changed since it passed" in pretty


def test_a_drill_needs_machines_for_practice_or_a_word(cluster, tmp_path, inventory):
    own = tmp_path / "own.yaml"
    own.write_text(open(inventory).read().replace("environment: sandbox", "environment: own"))
    refused = lab("drill", "--prove", "pgpass-open", "--machines", str(own))
    assert refused.returncode == 2, refused.stderr
    assert "--on-own-machines" in refused.stderr, refused.stderr
    assert console("pg2", "stat -c %a ~postgres/.pgpass").strip() == "600"
