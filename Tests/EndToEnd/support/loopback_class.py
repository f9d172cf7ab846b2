"""A class on loopback: one real sshd answers on all of 127.0.0.0/8, and some addresses of it answer strangely."""
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

FIFTEEN = Path(__file__).parents[2] / "Fixtures/fifteen"
COURSE = ["--labs", str(FIFTEEN / "labs"), "--checks", str(FIFTEEN / "checks")]
USER = pwd.getpwuid(os.getuid()).pw_name


def free_port():
    with socket.socket() as s:
        s.bind(("0.0.0.0", 0))
        return s.getsockname()[1]


def keygen(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


class Servers:
    """An sshd for the user who runs this. `strange` gives addresses a command of their own instead of a shell, `banners` a text that
    is shown before the login."""

    def __init__(self, strange=(), settings=(), before=(), probe=None, banners=()):
        self.folder = Path(tempfile.mkdtemp(prefix="lab-class-"))
        self.port = free_port()
        for name in ("host", "id"):
            keygen(self.folder / name)
        (self.folder / "authorized").write_text((self.folder / "id.pub").read_text())
        key = " ".join((self.folder / "host.pub").read_text().split()[:2])
        (self.folder / "known_hosts").write_text(f"[127.*]:{self.port} {key}\n")
        lines = [
            f"Port {self.port}", "ListenAddress 0.0.0.0", f"HostKey {self.folder}/host", f"AuthorizedKeysFile {self.folder}/authorized",
            "StrictModes no", "PidFile none", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password", "MaxStartups 2000:30:4000", "LogLevel ERROR",
            # What the user of this computer has in ~/.bashrc is run at each login, takes its time, and is not what is tested.
            f"SetEnv HOME={self.folder}/home", *settings]
        (self.folder / "home").mkdir()
        for address, script in strange:
            path = self.folder / f"strange-{address.replace('/', '_')}"
            path.write_text("#!/bin/bash\n" + script + "\n")
            path.chmod(0o755)
            lines += [f"Match LocalAddress {address}", f"    ForceCommand {path}"]
        for address, text in banners:
            path = self.folder / f"banner-{address}"
            path.write_text(text)
            lines += [f"Match LocalAddress {address}", f"    Banner {path}"]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        os.makedirs("/run/sshd", exist_ok=True)
        self.process = subprocess.Popen([*before, "/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "config")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=open(self.folder / "log", "w"), start_new_session=True)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if probe:
                if str(self.port) in subprocess.run([*probe.split(), "ss", "-tlnH"], capture_output=True, text=True).stdout:
                    return
                time.sleep(0.05)
                continue
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def close(self):
        # Its sessions are children in the same process group, or sessions of their own that end with their connection.
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    @property
    def access(self):
        return f"{{user: {USER}, port: {self.port}, identity: {self.folder}/id, known_hosts: {self.folder}/known_hosts}}"

    def class_file(self, students, name="class.yaml"):
        """A class file. `students` are (name, address) or (name, address, more YAML)."""
        lines = ["format: 1", "class: loopback", "lab: fifteen", "platform: debian12", f"defaults: {self.access}", "students:"]
        for student, address, *more in students:
            lines.append(f"  - {{student: {student}, machines: {{m1: {{address: {address}{', ' + more[0] if more else ''}}}}}}}")
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return str(path)


class Mute:
    """Takes connections and never says a word."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("0.0.0.0", 0))
        self.socket.listen(500)
        self.port = self.socket.getsockname()[1]
        self.kept = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        try:
            while True:
                self.kept.append(self.socket.accept()[0])
        except OSError:
            pass

    def close(self):
        self.socket.close()
        for one in self.kept:
            one.close()
