"""Two labs from one shelf: what a lab is made of is data, and each is read, linted and shown for itself."""
import re

import pytest
from commands import lab
from two_labs import shelf


@pytest.fixture
def two(tmp_path):
    return shelf(tmp_path)


def test_both_are_linted_each_with_its_libraries(two):
    result = lab("lint", env=two)
    assert result.returncode == 0, result.stdout
    lines = dict(line.split(": ", 1) for line in result.stdout.splitlines())
    # How many causes and tables, the library system decides, which belongs to both.
    assert re.fullmatch(r"2 steps, 5 checks, \d+ causes, \d+ fact tables of system, page: nothing to complain about.", lines["pair"]), lines["pair"]
    assert re.search(r"20 steps, .* of system, postgresql, .*repmgr: nothing", lines["postgresql-cluster"])


def test_each_is_listed_and_one_has_to_be_chosen(two):
    assert re.findall(r"^(\S+): ", lab("list", env=two).stdout, re.M) == ["pair", "postgresql-cluster", "postgresql-backup"]
    chosen = lab("show", "--lab", "pair", "page", env=two)
    assert "as web (sudo -u www-data -s)" in chosen.stdout
    result = lab("show", "page", env=two)
    assert result.returncode == 2
    assert "There are several labs: pair, postgresql-cluster, postgresql-backup. Say which with --lab." in result.stderr


def test_the_lab_that_others_follow_is_meant_where_nobody_names_one(two, tmp_path):
    file = tmp_path / "labs/pair/lab.yaml"
    file.write_text(file.read_text().replace("uses: [page]", "follows: postgresql-backup\nuses: [page]"))
    assert re.findall(r"^(\S+): ", lab("list", env=two).stdout, re.M) == ["postgresql-cluster", "postgresql-backup", "pair"]
    assert lab("show", "failover", env=two).returncode == 0
    file.write_text(file.read_text().replace("follows: postgresql-backup", "follows: postgresql-bakcup"))
    result = lab("lint", env=two)
    assert result.returncode == 2
    assert "labs/pair/lab.yaml:6:10: there is no other lab 'postgresql-bakcup' to follow" in result.stdout, result.stdout
    assert "postgresql-backup" in result.stdout


def test_a_library_that_nobody_uses_is_found(two, tmp_path):
    library = tmp_path / "checks/spare"
    library.mkdir()
    (library / "library.yaml").write_text("format: 1\nlibrary: spare\nabout: Nobody wants it.\n")
    result = lab("lint", env=two)
    assert result.returncode == 2
    assert "checks/spare/library.yaml:2:10: no lab uses the library 'spare'" in result.stdout


def test_a_library_says_what_it_needs(two, tmp_path):
    file = tmp_path / "checks/page/library.yaml"
    file.write_text(file.read_text().replace("needs: [system]\n", ""))
    result = lab("lint", "--lab", "pair", env=two)
    assert result.returncode == 2
    assert "there is no check 'machine-reached'" in result.stdout


@pytest.mark.parametrize("file, old, new, said", [
    ("checks/page/facts.yaml", "as: web", "as: wep", "has no account 'wep'"),
    ("checks/page/facts.yaml", "from: page", "from: pages", "there is no table 'pages'"),
    ("labs/pair/lab.yaml", "role: back", "role: bakc", "the lab has no role 'bakc'"),
    ("labs/pair/lab.yaml", "uses: [page]", "uses: [pages]", "there is no library 'pages'"),
    ("labs/pair/sandbox/sandbox.yaml", "platform: debian13", "platform: debian12", "there are no practice machines of the platform 'debian12'"),
    ("labs/pair/platforms/debian13.yaml", "practice: {suite: trixie}", "practice: {suite: 'tri xie'}", "'tri xie'"),
    ("labs/pair/sandbox/sandbox.yaml", "network: 10.77.8", "network: 10.77.888", "'10.77.888' is not valid here"),
])
def test_each_mistake_is_found(two, tmp_path, file, old, new, said):
    path = tmp_path / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    result = lab("lint", "--lab", "pair", env=two)
    assert result.returncode == 2
    assert said in result.stdout
