"""The package, as a person of Debian 12 and Debian 13 has it: built in a clean file system of each release, twice, with the same bytes; installed in
other clean ones of both, and tried there. The unit tests run in the room of each release too: with its libssh, libpq and libedit."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clean_rooms import clean_room
from course_files import ROOT

SUITES = ["bookworm", "trixie"]
SWIFT = Path(shutil.which("swiftc")).resolve().parents[2]
# What Swift itself needs, and what `make deb` does.
TOOLS = "make git gcc g++ binutils dpkg-dev xz-utils ca-certificates tzdata libcurl4 libxml2 procps file man-db python3 less".split()
# Whom the unit tests talk to.
TESTED_WITH = "openssh-server openssh-client postgresql".split()


def variable(name):
    return re.search(rf"^{name} := (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()


def source(room, name):
    """What `make dist` packs, unpacked in the room, with the packages that Swift has resolved here: nothing is fetched there."""
    tree = room.path / "src" / name
    tree.mkdir(parents=True)
    made = subprocess.run(["bash", ROOT / "packaging/dist", room.path / "src"], check=True, capture_output=True, text=True)
    subprocess.run(["tar", "-x", "-f", made.stdout.strip(), "-C", tree, "--strip-components=1"], check=True)
    (tree / ".build").mkdir()
    for part in ("checkouts", "repositories", "workspace-state.json"):
        subprocess.run(["cp", "-a", ROOT / ".build" / part, tree / ".build"], check=True)
    # A checkout's objects are in its repository, which it names by its place here.
    for alternates in (tree / ".build/checkouts").glob("*/.git/objects/info/alternates"):
        alternates.write_text(f"/src/{name}/.build/repositories/{Path(alternates.read_text().strip()).parent.name}/objects\n")
    shutil.copy(ROOT / "Package.resolved", tree)
    return f"/src/{name}"


@pytest.fixture(scope="module", params=SUITES)
def built(request, tmp_path_factory):
    """The package of a release, and its room."""
    folder = tmp_path_factory.mktemp(request.param)
    packages = variable("LIBRARIES") + variable("COMMANDS") + TOOLS
    with clean_room(request.param, packages, folder, lent=[str(SWIFT)], docs=True) as room:
        tree = source(room, "lab")
        room.must(f"cd {tree} && git config --global --add safe.directory '*' && make deb", timeout=7200)
        (package,) = (room.path / tree.lstrip("/") / ".build/packages").glob("*.deb")
        kept = folder / package.name
        shutil.copy(package, kept)
        yield request.param, kept, room, tree


def test_the_same_commit_makes_the_same_bytes(built):
    _, package, room, tree = built
    room.must(f"cd {tree} && rm -rf .build/*-linux-gnu .build/release .build/link .build/packages && make deb", timeout=7200)
    again = room.path / tree.lstrip("/") / ".build/packages" / package.name
    assert again.read_bytes() == package.read_bytes()


def test_the_unit_tests_pass_there(built):
    _, _, room, tree = built
    room.must(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {' '.join(TESTED_WITH)}")
    room.must(f"cd {tree} && bash Tests/run-unit", timeout=7200)


def test_it_installs_and_works_where_it_can_be_installed(built, tmp_path):
    suite, package, _, _ = built
    print(suite, subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True).stdout)
    # What an older release's package needs is in the newer one as well.
    for other in SUITES[SUITES.index(suite):]:
        with clean_room(other, ["man-db", "bash"], tmp_path / other, docs=True) as room:
            tried(room, package)


def tried(room, package):
    shutil.copy(package, room.path / "root")
    room.must(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends /root/{package.name}")
    version = room.must("lab --version").strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+ \([0-9a-f]{12}(-dirty)?\)", version), version
    # Nothing is known of machines there, and doctor says so without an error of its own.
    done = room.run("lab doctor")
    assert done.returncode in (0, 1) and "course" in done.stdout and done.stderr == "", done.stdout + done.stderr
    # What practice machines need is installed as doctor says, without lab's source.
    install = "sh /usr/share/lab/sandbox/install"
    assert install in " ".join(done.stdout.split()), done.stdout
    room.must(install)
    assert "Practice machines cannot be made" not in room.run("lab doctor").stdout
    assert len(room.must("lab replay course").splitlines()) > 300
    manual = room.must("man -P cat lab")
    assert "ENVIRONMENT" in manual and "lab verify" in manual
    offered = room.must("""bash --norc -c '. /usr/share/bash-completion/completions/lab
        COMP_WORDS=(lab again na); COMP_CWORD=2 COMP_LINE="lab again na" COMP_POINT=12; _lab lab na again; echo "${COMPREPLY[@]}"'""")
    assert offered.split() == ["names"], offered
    room.must("apt-get purge -y -qq lab")
    assert room.run("ls /usr/share/lab /usr/bin/lab").stdout == ""
