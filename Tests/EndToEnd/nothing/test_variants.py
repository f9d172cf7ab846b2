"""Values of one's own: a class of three, their handouts, and bundles that were made with others. No machine is needed."""
import json

import pytest
from commands import lab
from course_files import ROOT

CLASS = """\
format: 1
class: autumn
lab: postgresql-cluster
platform: debian13
vary: true
defaults: {user: student}
machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: "10.0.{{n}}.13", pg_witness: "10.0.{{n}}.14"}
students: [ada, grace, linus]
"""
STUDENTS = ["ada", "grace", "linus"]


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    (folder / "class.yaml").write_text(CLASS)
    return folder


def values(*words):
    result = lab("variants", "--format", "json", *words)
    assert result.returncode == 0, result.stderr
    return {entry["student"]: entry["values"] for entry in json.loads(result.stdout)["students"]}


@pytest.fixture(scope="module")
def drawn(class_):
    written = lab("variants", "--class", str(class_ / "class.yaml"), "--folder", str(class_ / "out"))
    assert written.returncode == 0, written.stderr
    return values("--class", str(class_ / "class.yaml"))


def test_each_has_own_values_and_a_file_that_draws_them(class_, drawn):
    assert drawn["ada"]["port"] == "5449" and drawn["grace"]["port"] == "5484" and drawn["linus"]["port"] == "5462"
    for student in STUDENTS:
        file = class_ / "out" / f"{student}.yaml"
        assert file.stat().st_mode & 0o777 == 0o600
        assert values("--machines", str(file)) == {None: drawn[student]}
        assert values("--variant", student, "--lab", "postgresql-cluster")[None] == drawn[student]


def test_handouts_differ_and_agree_with_the_steps(class_, drawn):
    texts = set()
    for student in STUDENTS:
        machines = ("--machines", str(class_ / "out" / f"{student}.yaml"), "--lab", "postgresql-cluster")
        handout = lab("show", "--all", "--format", "markdown", *machines)
        assert handout.returncode == 0, handout.stderr
        assert f"**Your values** (variant `{student}`)" in handout.stdout
        step = lab("show", "repmgr-conf", "--format", "markdown", *machines).stdout
        for text in [handout.stdout, step]:
            assert f"port={drawn[student]['port']} " in text and f"priority={drawn[student]['pg2_priority']}\n" in text
            assert "port=5432" not in text and "labdb" not in text
        cause = lab("show", "record-priority-wrong", "--format", "markdown", *machines)
        assert cause.returncode == 0
        texts.add(handout.stdout)
    assert len(texts) == 3


def test_without_a_variant_nothing_changes():
    plain = lab("show", "--all", "--format", "markdown", "--lab", "postgresql-cluster").stdout
    assert "Your values" not in plain and "port=5432 " in plain and "labdb" in plain and "PGPORT" not in plain


def bundle(folder, student, variant, own):
    facts = json.loads((ROOT / "Tests/Fixtures/facts/acceptance-debian12.json").read_text())
    whole = {"bundle": 1, "student": student, "collected": "2026-11-01T10:00:00Z", "variables": own, "users": {}, "facts": facts}
    file = folder / f"{student}.labbundle"
    file.write_text(json.dumps(whole | ({"variant": variant} if variant else {})))
    return str(file)


def test_a_bundle_with_the_values_of_another_is_told_and_not_judged(class_, drawn, tmp_path):
    right = bundle(tmp_path, "ada", "ada", drawn["ada"])
    wrong = bundle(tmp_path, "grace", "ada", drawn["ada"])
    plain = bundle(tmp_path, "linus", None, {})
    result = lab("verify", "--bundle", right, wrong, plain, "--class", str(class_ / "class.yaml"), "--step", "names", "--format", "json")
    report = json.loads(result.stdout)
    assert [student["student"] for student in report["students"]] == ["ada"] and not report["complete"]
    assert "port 5449" in report["students"][0]["warnings"][0]
    assert "grace.labbundle cannot be judged" in result.stderr and "port 5449 instead of 5484" in result.stderr
    assert "says variant 'ada', and the class variant 'grace'" in result.stderr
    assert "port 5432 instead of 5462" in result.stderr and "says no variant" in result.stderr
    assert result.returncode == 3
    alone = lab("verify", "--bundle", wrong, "--step", "names", "--format", "json")
    assert "drawn from the name 'ada'" in json.loads(alone.stdout)["students"][0]["warnings"][0]


@pytest.mark.parametrize("text, said", [
    ("variant: ada\nvary: [prot]", "machines.yaml:6:8: the lab does not let 'prot' vary; expected one of"),
    ("vary: true", "machines.yaml:5:7: nothing says from which name values are drawn; expected 'variant: NAME' beside it"),
    ("variant: ada\nvary: {port: {from: 1, to: 99999}}", "'99999' is not valid as port; expected a port from 1 to 65535"),
    ("variables: {port: \"0\"}", "'0' is not valid as port"),
])
def test_what_is_wrong_is_said_with_its_place(text, said, tmp_path):
    file = tmp_path / "machines.yaml"
    machines = "".join(f"  {name}: {{address: 10.0.0.{n}}}\n" for n, name in enumerate(["pg1", "pg2", "pg3", "pg_witness"], 11))
    head = "format: 1\nlab: postgresql-cluster\nenvironment: own\nplatform: debian13\n"
    file.write_text(f"{head}{text}\ndefaults: {{user: student}}\nmachines:\n{machines}")
    result = lab("variants", "--machines", str(file))
    assert result.returncode == 2 and said in result.stderr, result.stderr
