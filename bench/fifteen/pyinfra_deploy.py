"""The fifteen checks in pyinfra's words: facts are fetched, and nothing is changed."""
from pyinfra import host
from pyinfra.api.exceptions import DeployError
from pyinfra.facts.files import Directory, File, Link
from pyinfra.facts.server import Command, Users, Which


def must(name, holds):
    if not holds:
        raise DeployError(f"{name} does not hold")


users = host.get_fact(Users)
sh = host.get_fact(File, path="/bin/sh") or host.get_fact(Link, path="/bin/sh")
must("machine-reached", True)
must("passwd-there", host.get_fact(File, path="/etc/passwd"))
must("shadow-closed", host.get_fact(File, path="/etc/shadow")["mode"] % 10 == 0)
must("tmp-sticky", host.get_fact(Directory, path="/tmp")["mode"] == 1777)
must("hosts-owned", host.get_fact(File, path="/etc/hosts")["user"] == "root")
must("sh-runs", sh["mode"] % 10 >= 5)
must("root-home-closed", host.get_fact(Directory, path="/root")["user"] == "root")
must("machine-id-set", len(host.get_fact(Command, command="cat /etc/machine-id")) == 32)
must("sshd-runs", host.get_fact(Command, command="pgrep -x sshd | head -n 1"))
must("ssh-port-open", host.get_fact(Command, command="ss -tlnH | head -n 1"))
must("root-there", "root" in users)
must("nobody-there", "nobody" in users)
must("pid-limit", int(host.get_fact(Command, command="cat /proc/sys/kernel/pid_max")) >= 4096)
must("swappiness-sane", int(host.get_fact(Command, command="cat /proc/sys/vm/swappiness")) <= 200)
must("awk-there", host.get_fact(Which, command="awk"))
