"""The words that the programs of a platform's release can say: the texts in its packages, fetched as practice machines would get them."""

import pathlib
import subprocess

import yaml

from course_files import ROOT

# Those whose output causes and probes read. PostgreSQL's are named by the platform.
PROGRAMS = ("libpq5 openssh-client openssh-server sudo systemd postgresql-common postgresql-client-common repmgr-common libpam-modules "
            "dash bash coreutils libc6 libc-bin iputils-ping").split()


def releases() -> dict[str, tuple[str, str]]:
    """Suite and PostgreSQL's major of each platform with machines of Debian's own, by name."""
    found = {}
    for file in sorted((ROOT / "labs/postgresql-cluster/platforms").glob("debian*.yaml")) + [ROOT / "labs/postgresql-cluster/platforms/sid.yaml"]:
        platform = yaml.safe_load(file.read_text())
        found[platform["platform"]] = (platform["practice"]["suite"], platform["variables"]["pg_major"])
    return found


def words(suite: str, major: str, folder: pathlib.Path) -> str:
    """All texts of seven letters and more in the programs of a release."""
    for name in ("state/lists/partial", "cache/archives/partial", "debs", "tree"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    sources = subprocess.run(["sh", ROOT / "sandbox/debian-sources", suite], check=True, capture_output=True, text=True)
    (folder / "sources.list").write_text(sources.stdout)
    options = [f"Dir::State={folder}/state", f"Dir::State::status={folder}/status", f"Dir::Cache={folder}/cache", "Dir::Etc::SourceParts=/dev/null",
               f"Dir::Etc::SourceList={folder}/sources.list", "APT::Sandbox::User=root", "Acquire::Languages=none"]
    apt = ["apt-get", "-qq"] + [f"-o{option}" for option in options]
    subprocess.run(apt + ["update"], check=True)
    own = [f"postgresql-{major}", f"postgresql-client-{major}", f"postgresql-{major}-repmgr"]
    subprocess.run(apt + ["download"] + own + PROGRAMS, check=True, cwd=folder / "debs")
    for package in (folder / "debs").iterdir():
        subprocess.run(["dpkg", "-x", package, folder / "tree"], check=True)
    files = ["find", folder / "tree", "-type", "f", "(", "-perm", "/111", "-o", "-name", "*.so*", "-o", "-name", "*.pm", ")", "-exec", "strings", "-a",
             "-n", "7", "{}", "+"]
    return subprocess.run(files, check=True, capture_output=True, text=True, errors="replace").stdout
