"""What is in the package and in the tarball, and that the same commit makes the same bytes. `make prove` installs the package in clean systems."""
import gzip
import os
import re
import subprocess

import pytest

from course_files import ROOT


def made(program, *words, **variables):
    """Runs a program of packaging/, and returns the path that it prints."""
    done = subprocess.run(["bash", ROOT / "packaging" / program, *words], capture_output=True, text=True, timeout=300, env={**os.environ, **variables})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return made("deb", os.environ["LAB_PROGRAM"], tmp_path_factory.mktemp("package"), COMPRESSION="none")


def test_the_package_has_what_is_installed(package):
    listed = subprocess.run(["dpkg-deb", "-c", package], check=True, capture_output=True, text=True).stdout
    files = {line.split()[5].removeprefix("."): line.split()[:2] for line in listed.splitlines()}
    for name in ["/usr/bin/lab", "/usr/share/lab/labs/postgresql-cluster/lab.yaml", "/usr/share/lab/sandbox/build-image", "/usr/share/man/man1/lab.1.gz",
                 "/usr/share/man/man1/lab-sandbox-up.1.gz", "/usr/share/bash-completion/completions/lab", "/usr/share/zsh/vendor-completions/_lab",
                 "/usr/share/fish/vendor_completions.d/lab.fish", "/usr/share/doc/lab/copyright", "/usr/share/doc/lab/changelog.gz",
                 "/usr/share/doc/lab/CHANGELOG.md.gz", "/usr/share/doc/lab/licenses/GRDB.swift", "/usr/share/doc/lab/licenses/cmark-gfm",
                 "/usr/share/doc/lab/licenses/swift"]:
        assert name in files, name
    assert {owner for _, owner in files.values()} == {"root/root"}
    assert {mode for mode, _ in files.values()} <= {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"}
    assert not [name for name in files if ".debug" in name]


def test_the_package_names_what_it_needs(package):
    needs = subprocess.run(["dpkg-deb", "-f", package, "Depends"], check=True, capture_output=True, text=True).stdout
    names = set(re.findall(r"(?:^|, )([a-z0-9.+-]+)", needs))
    assert {"libc6", "libssh-4", "libpq5", "libsqlite3-0", "openssh-client"} <= names
    # It has another name in each release.
    assert "cmark" not in needs
    # The packages that practice machines are made with, without what every Debian has, or lab needs anyway.
    suggests = subprocess.run(["dpkg-deb", "-f", package, "Suggests"], check=True, capture_output=True, text=True).stdout.strip().split(", ")
    assert {"podman", "mmdebstrap"} <= set(suggests) and not {"util-linux", *names} & set(suggests)


def test_debian_can_read_its_changelog(package, tmp_path):
    subprocess.run(["dpkg-deb", "-x", package, tmp_path], check=True)
    with gzip.open(tmp_path / "usr/share/doc/lab/changelog.gz", "rt") as changelog:
        read = subprocess.run(["dpkg-parsechangelog", "-l-", "-SVersion"], input=changelog.read(), check=True, capture_output=True, text=True)
    assert read.stderr == "" and read.stdout == subprocess.run(["dpkg-deb", "-f", package, "Version"], check=True, capture_output=True, text=True).stdout


def test_the_same_commit_makes_the_same_package(package, tmp_path):
    again = made("deb", os.environ["LAB_PROGRAM"], tmp_path, COMPRESSION="none")
    assert open(again, "rb").read() == open(package, "rb").read()


def said_of(tree):
    """What packaging/source says of a tree, such as `number=0.1.0 commit=602d1ee29b01 epoch=1764480000 released=`."""
    return subprocess.run(["sh", tree / "packaging/source"], check=True, capture_output=True, text=True).stdout.strip()


def git(tree, *words):
    return subprocess.run(["git", "-C", tree, "-c", "user.name=A", "-c", "user.email=a@localhost", *words], check=True, capture_output=True, text=True).stdout


def test_the_tarball_carries_its_commit(tmp_path):
    first, again = made("dist", tmp_path / "first"), made("dist", tmp_path / "again")
    assert open(first, "rb").read() == open(again, "rb").read()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "first", check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-f", first, "-C", tmp_path], check=True)
    (tree,) = tmp_path.glob("lab-*/")
    assert f"commit={git(ROOT, 'rev-parse', 'HEAD')[:12]} " in said_of(tree)


def test_a_release_is_a_commit_with_the_tag_of_its_number(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--shared", ROOT, clone], check=True, capture_output=True)
    number = re.match(r"number=(\S+)", said_of(clone))[1]
    git(clone, "tag", "--force", "--annotate", "--message", "A release.", f"v{number}")
    assert said_of(clone).endswith(" released=yes")
    # The tarball knows it without git: here it lies in the clone of something else.
    subprocess.run(["bash", clone / "packaging/dist", tmp_path], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-f", tmp_path / f"lab-{number}.tar.gz", "-C", clone], check=True)
    tree = clone / f"lab-{number}"
    assert said_of(tree).endswith(" released=yes")
    done = subprocess.run(["bash", tree / "packaging/dist", tmp_path / "none"], capture_output=True, text=True)
    assert done.returncode == 1 and "is not a git clone of lab" in done.stderr, done.stderr
    (clone / "README.md").write_text("another\n")
    assert said_of(clone).endswith("-dirty epoch=" + git(clone, "log", "-1", "--format=%ct").strip() + " released=")
