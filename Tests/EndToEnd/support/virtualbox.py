"""VBoxManage twice: the real one, from Debian's sid, in a folder and namespaces of its own, and the stand-in of the unit tests.

There is no kernel module for it here. So no machine starts, and a host-only adapter cannot be made: a veth pair with the name vboxnet0 takes its place,
since VirtualBox takes any card whose name begins with vboxnet for one of its own."""
import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pexpect

from terminal import Lab

ROOT = Path(__file__).resolve().parents[3]
STAND_IN = ROOT / "Tests/Fixtures/VBoxManage"
# Writes down each call. With CHANGES set, the call that would be one change more than that number ends the whole block, as Ctrl-C does.
RECORDER = """#!/bin/bash
call=$(mktemp -d "$HOME/calls/$(ls "$HOME/calls" | wc -l | xargs printf %04d)-XXXX")
printf '%s\\0' "$@" >"$call/words"
case $1 in
  list|showvminfo|showmediuminfo|--version) ;;
  *) changes=$(cat "$HOME/changes" 2>/dev/null || echo 0)
     if [ -n "$CHANGES" ] && [ "$changes" -ge "$CHANGES" ]; then rm -r "$call"; kill -KILL 0; fi
     echo $((changes + 1)) >"$HOME/changes" ;;
esac
"$REAL" "$@" >"$call/out" 2>"$call/err"
status=$?
echo $status >"$call/status"
cat "$call/out"
cat "$call/err" >&2
exit $status
"""
# Debian's wrapper says this before every output while there is no kernel module.
NO_MODULE = re.compile(r"WARNING: The character device /dev/vboxdrv does not exist\.\n(\t .*\n|\n){1,5}", re.M)


class Call:
    """One call of VBoxManage: its words, its status, and what it said, without what is drawn by lot."""

    def __init__(self, folder, home):
        def text(name):
            said = NO_MODULE.sub("", (folder / name).read_text(errors="replace"))
            password = home / "golden-password"
            if password.exists():
                said = said.replace(password.read_text().strip(), "PASSWORD")
            said = said.replace("/home/" + home.name, "~").replace(str(home), "~")
            said = re.sub(r"\(since [0-9T:.-]+\)", "(since)", said)
            said = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", said)
            return re.sub(r"08:?00:?27(:?[0-9A-Fa-f]{2}){3}", "MAC", said)

        self.words = [word.replace("/home/" + home.name, "~").replace(str(home), "~") for word in (folder / "words").read_text().split("\0")[:-1]]
        self.status = int((folder / "status").read_text())
        self.out, self.err = text("out"), text("err")

    def __str__(self):
        return f"VBoxManage {shlex.join(self.words)}: status {self.status}\n{self.out}{self.err}"

    @property
    def messages(self):
        """Errors and warnings, without the lines with C++ in them."""
        return [line for line in self.err.splitlines() if re.match(r"VBoxManage: (error|warning): (?!Details:|Context:)", line)]


class Computer:
    """A home with VBoxManage: blocks are typed there, and each call is written down."""

    def __init__(self, home, program):
        self.home = home
        self.program = program
        for name in ("calls", "programs", "Downloads"):
            (home / name).mkdir(parents=True, exist_ok=True)
        recorder = home / "programs/VBoxManage"
        recorder.write_text(RECORDER)
        recorder.chmod(0o755)

    def type(self, block, changes=None):
        """Types a block, which ends before it changes more than so many things.

        Returns the status of the shell, and the calls."""
        before = set((self.home / "calls").iterdir())
        (self.home / "changes").unlink(missing_ok=True)
        environment = {"CHANGES": "" if changes is None else str(changes), "REAL": self.program, "LC_ALL": "C.UTF-8"}
        status = self.run(["setsid", "--wait", "bash", "-c", f"exec </dev/null; cd; set -e\n{block}"], environment)
        made = sorted(set((self.home / "calls").iterdir()) - before)
        return status, [Call(folder, self.home) for folder in made]


class StandIn(Computer):
    """The stand-in, as on a computer without the kernel module."""

    def __init__(self, home):
        super().__init__(home, str(STAND_IN))

    def run(self, command, environment):
        path = f"{self.home}/programs:/usr/bin:/bin"
        environment = {**environment, "HOME": str(self.home), "PATH": path, "VBOX_NO_MODULE": "1"}
        return subprocess.run(command, env=environment, capture_output=True, timeout=120).returncode

    def add_network(self):
        """As if somebody had made vboxnet0."""
        self.type("VBoxManage list vms")
        registry = self.home / ".config/VirtualBox/registry"
        registry.write_text(registry.read_text().replace('"adapters": []', '"adapters": ["vboxnet0"]'))


class RealVirtualBox:
    """The real one: a Debian sid in a folder, with processes and a network of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.holder = None
        self.accounts = 0

    @staticmethod
    def missing():
        """Why it cannot be had here; None if it can."""
        if os.geteuid() != 0:
            return "root is needed for a folder with a Debian of its own"
        commands = [command for command in ("mmdebstrap", "unshare", "nsenter", "ip") if not any(os.access(f"{place}/{command}", os.X_OK) for place in os.get_exec_path())]
        return f"not installed: {', '.join(commands)}" if commands else None

    def make(self):
        """Installs it. The mirror is this computer's own; the date of its index is not asked, since a mirror may be frozen."""
        targets = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"], capture_output=True, text=True, check=True)
        mirror = next(line for line in targets.stdout.splitlines() if line.rstrip("/").endswith("/debian"))
        command = [
            "mmdebstrap", "--quiet", "--mode=root", "--variant=apt", "--components=main,contrib", "--include=virtualbox,iproute2,xorriso",
            "--aptopt=Acquire::Check-Valid-Until \"false\"", "--aptopt=APT::Install-Recommends \"false\"", "sid", str(self.folder), mirror]
        made = subprocess.run(command, capture_output=True, text=True, timeout=1500)
        assert made.returncode == 0, made.stderr[-3000:]
        script = (
            "mount --make-rprivate /; mount -t proc proc $0/proc; mount --rbind /dev $0/dev; ip link set lo up; exec sleep infinity")
        self.holder = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--net", "--ipc", "--kill-child", "sh", "-c", script, str(self.folder)])
        subprocess.run(["timeout", "20", "sh", "-c", f"until [ -d {self.folder}/proc/1 ] || nsenter -t $(cat /proc/{self.holder.pid}/task/{self.holder.pid}/children) -m test -d {self.folder}/proc/1 2>/dev/null; do sleep 0.2; done"], check=True)

    def entering(self, account="root", environment=None):
        """The words before a command that runs in there."""
        children = Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children").read_text().split()
        words = [f"{name}={value}" for name, value in (environment or {}).items()]
        return ["nsenter", "-t", children[0], "-m", "-p", "-n", "-i", "chroot", f"--userspec={account}", str(self.folder), "env", "-i", *words]

    def inside(self, command, account="root", environment=None):
        """Runs a command in there."""
        return subprocess.run([*self.entering(account, environment), *command], capture_output=True, text=True, timeout=300)

    def add_network(self):
        """The card that VirtualBox takes for its host-only adapter."""
        script = (
            "ip link add vboxnet0 type veth peer name peer0; ip addr add 192.168.56.1/24 dev vboxnet0; ip link set vboxnet0 up; ip link set peer0 up")
        made = self.inside(["sh", "-ec", script], environment={"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"})
        assert made.returncode == 0, made.stderr

    def remove_network(self):
        self.inside(["ip", "link", "del", "vboxnet0"], environment={"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"})

    def new_account(self):
        """A home of its own, in which VirtualBox was never used."""
        self.accounts += 1
        return RealComputer(self, f"student{self.accounts}", 2000 + self.accounts)

    def end(self):
        if self.holder:
            self.holder.kill()
            self.holder.wait()
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.folder)], check=True)


class RealComputer(Computer):
    """The account of one student there."""

    def __init__(self, virtualbox, name, number):
        self.virtualbox, self.name, self.number = virtualbox, name, number
        for file, line in ("passwd", f"{name}:x:{number}:{number}::/home/{name}:/bin/bash"), ("group", f"{name}:x:{number}:"):
            with open(virtualbox.folder / "etc" / file, "a") as accounts:
                accounts.write(line + "\n")
        super().__init__(virtualbox.folder / "home" / name, "/usr/bin/VBoxManage")
        self.own()

    def own(self):
        subprocess.run(["chown", "-R", f"{self.number}:{self.number}", str(self.home)], check=True)

    def environment(self, path):
        return {"HOME": f"/home/{self.name}", "USER": self.name, "LOGNAME": self.name, "PATH": path}

    def run(self, command, environment):
        path = f"/home/{self.name}/programs:/usr/bin:/bin"
        return self.virtualbox.inside(command, self.name, {**environment, **self.environment(path)}).returncode

    def write_program(self, folder):
        """A program VBoxManage for this computer that is the one in there."""
        program = folder / "VBoxManage"
        program.write_text(f"#!/bin/sh\nexec {shlex.join(self.virtualbox.entering(self.name, self.environment('/usr/bin:/bin')))} VBoxManage \"$@\"\n")
        program.chmod(0o755)


def make_machines(computer):
    """pg1 as the course makes it; pg2 without its fixed address, pg3 without a forwarded port either, and no witness."""
    calls = ["createvm --name golden --ostype Debian12_64 --register", "modifyvm golden --nic1 nat --nic2 hostonly --hostonlyadapter2 vboxnet0"]
    calls += [f"clonevm golden --name pg{number} --mode machine --register" for number in (1, 2, 3)]
    calls += [f"modifyvm pg{number} --natpf1 ssh,tcp,127.0.0.1,220{number},,22" for number in (1, 2)]
    calls += ["dhcpserver modify --interface=vboxnet0 --vm=pg1 --nic=2 --fixed-address=192.168.56.11"]
    status, made = computer.type("\n".join(f"VBoxManage {call}" for call in calls))
    assert status == 0, "\n".join(map(str, made))


def take_proposals(folder, path, typed=None):
    """'lab machines' in a terminal, for machines in VirtualBox, where Enter takes each address that is proposed.

    Returns what it said, in one line, and the machines.yaml that it wrote."""
    typed = {"pg_witness": "192.0.2.14 127.0.0.1:1"} if typed is None else typed
    first = Lab(folder, None, words=["machines"], PATH=path)
    for question, answer in [("Your choice", "2"), ("Which system.*Your choice", "1"), (r"User \[student\]", ""), ("Key file", "")]:
        first.wait_for(f"(?s){question}", 20)
        first.wait(lambda: first.last_line().endswith(":"), what="a question")
        first.type(answer + "\r")
        time.sleep(0.3)
    for name in ["pg1", "pg2", "pg3", "pg_witness"]:
        first.wait(lambda name=name: re.search(rf"{name} \(\w+\)[^\n]*(\n[^\n]*)?: *$", first.text().rstrip() + " "), what=name)
        first.type(typed.get(name, "") + "\r")
        time.sleep(0.3)
    # Nobody is at those addresses: one interrupt is enough for the attempts.
    time.sleep(1)
    first.type("\x03")
    first.process.expect(pexpect.EOF, timeout=60)
    first.stream.feed(first.process.before or b"")
    first.process.close()
    return " ".join(first.text().split()), (folder / "config/lab/machines.yaml").read_text()


def make_iso(virtualbox, file, contents):
    """An ISO with these files, made by the program in there."""
    source = virtualbox.folder / "tmp/iso"
    subprocess.run(["rm", "-rf", str(source)], check=True)
    for name, text in contents.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    made = virtualbox.inside(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V", "INSTALL", "-o", "/tmp/made.iso", "/tmp/iso"], environment={"PATH": "/usr/bin:/bin"})
    assert made.returncode == 0, made.stderr
    (virtualbox.folder / "tmp/made.iso").rename(file)
