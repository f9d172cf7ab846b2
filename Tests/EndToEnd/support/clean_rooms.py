"""Clean file systems of Debian's releases, made from where this computer's own apt gets Debian's packages, and commands in them."""
import contextlib
import os
import subprocess
from pathlib import Path

from course_files import ROOT


class Room:
    """A file system that commands can be run in as root, with the folders of this computer that are lent to it."""

    def __init__(self, path: Path, lent: list[str]):
        self.path, self.lent = path, lent

    def run(self, command: str, timeout: int = 600, **variables: str) -> subprocess.CompletedProcess:
        """Runs a line of shell there: with /proc and /dev, without this computer's environment, and in mounts that end with it."""
        mounts = [f"mount -t proc proc '{self.path}/proc'", f"mount --rbind /dev '{self.path}/dev'"]
        for folder in self.lent:
            (self.path / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
            mounts.append(f"mount --rbind -o ro '{folder}' '{self.path}{folder}'")
        path = [f"{folder}/usr/bin" for folder in self.lent] + ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        environment = {"PATH": ":".join(path), "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **variables}
        script = " && ".join(mounts) + f" && exec chroot '{self.path}' /bin/sh -c \"$0\""
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, command], env=environment,
                              capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)

    def must(self, command: str, timeout: int = 600, **variables: str) -> str:
        """Runs it, and returns what it printed if it went well."""
        done = self.run(command, timeout, **variables)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout


@contextlib.contextmanager
def clean_room(suite: str, packages: list[str], folder: Path, lent=(), docs: bool = False):
    """A new room with these packages, which is removed at the end. Packages can be installed in it as on any machine of its release."""
    assert os.geteuid() == 0, "a clean room needs root"
    sources = folder / "sources.list"
    folder.mkdir(parents=True, exist_ok=True)
    sources.write_text(subprocess.run(["sh", ROOT / "sandbox/debian-sources", suite], check=True, capture_output=True, text=True).stdout)
    path = folder / "room"
    try:
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=apt", "--components=main", f"--include={','.join(packages)}", "--dpkgopt=force-unsafe-io",
             *([] if docs else ["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright"]),
             # Its apt goes where this computer's goes, and believes the same keys.
             "--customize-hook=for key in $(sed -n 's/.*signed-by=\\([^] ]*\\).*/\\1/p' " + str(sources) + " | sort -u); do "
             "mkdir -p \"$1$(dirname $key)\"; cp \"$key\" \"$1$key\"; done",
             suite, path, sources], check=True)
        # A room has this computer's network: no server that is installed in it may start by itself.
        never = path / "usr/sbin/policy-rc.d"
        never.write_text("#!/bin/sh\nexit 101\n")
        never.chmod(0o755)
        yield Room(path, list(lent))
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", path], check=True)
