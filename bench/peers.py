"""The same fifteen checks by others, on the same machines in the same rounds. What a peer's own helpers cost (OpenSSH's masters
that stay behind) is counted with it; a round in which a check did not hold does not count."""
import json
import os
import shutil
import signal
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
FIFTEEN = HERE / "fifteen"
ROUNDS = {4: int(os.environ.get("LAB_BENCH_ROUNDS", "5")), 40: max(1, int(os.environ.get("LAB_BENCH_ROUNDS", "5")) // 2)}


def children():
    """The processes that are children of this one now."""
    return {int(word) for file in Path("/proc/self/task").glob("*/children") for word in file.read_text().split()}


def adopt_orphans():
    """A helper that outlives its parent becomes a child of this process, so that its cost is told when it ends."""
    import ctypes
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


class Peers:
    def __init__(self, servers, user, folder):
        self.servers, self.user, self.bin = servers, user, Path(folder) / "bin"
        self.folder = servers.folder
        self.control = self.folder / "c"

    def prepare(self, addresses):
        """The same machines in each one's own form. All may use the cheapest key exchange, as lab does."""
        f, port = self.folder, self.servers.port
        key = (f / "known_hosts").read_text().splitlines()[0].split(" ", 1)[1]
        (f / "peers_known_hosts").write_text("".join(f"[{address}]:{port} {key}\n" for address in addresses))
        options = (f"-F none -o IdentitiesOnly=yes -o UserKnownHostsFile={f}/peers_known_hosts -o GlobalKnownHostsFile=/dev/null -o BatchMode=yes "
                   f"-o KexAlgorithms=curve25519-sha256 -o ControlMaster=auto -o ControlPersist=60s -o ControlPath={self.control}/%C")
        (f / "ssh_config").write_text("Host *\n  " + "\n  ".join(o.replace("=", " ", 1) for o in options.replace("-F none ", "").split("-o ") if o.strip()) + "\n")
        (f / "hosts.ini").write_text("".join(f"h{n} ansible_host={address}\n" for n, address in enumerate(addresses)) + (
            f"[all:vars]\nansible_port={port}\nansible_user={self.user}\nansible_ssh_private_key_file={f}/id\nansible_python_interpreter=/usr/bin/python3\n"))
        (f / "pyinfra_hosts.py").write_text(
            f"all = [(a, {{'ssh_port': {port}, 'ssh_user': {self.user!r}, 'ssh_key': '{f}/id', 'ssh_known_hosts_file': '{f}/peers_known_hosts', "
            f"'ssh_look_for_keys': False, 'ssh_allow_agent': False, 'ssh_strict_host_key_checking': 'yes'}}) for a in {addresses!r}]\n")
        (f / "ansible.cfg").write_text("[defaults]\n")
        self.ansible = {"ANSIBLE_PIPELINING": "1", "ANSIBLE_SSH_ARGS": options, "ANSIBLE_SSH_CONTROL_PATH": f"{self.control}/%C", "ANSIBLE_RETRY_FILES_ENABLED": "0",
                        "ANSIBLE_CONFIG": str(f / "ansible.cfg"), "ANSIBLE_LOCAL_TEMP": f"{f}/tmp", "ANSIBLE_HOME": f"{f}/ansible", "ANSIBLE_INVENTORY_ENABLED": "ini",
                        "LC_ALL": "C.UTF-8"}

    def all(self, addresses):
        """Name: words, more environment, and how to tell that everything held on everything."""
        count, f, port = len(addresses), self.folder, self.servers.port
        hosts = ",".join(f"ssh://{self.user}@{address}:{port}" for address in addresses)
        pytest = [self.bin / "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", FIFTEEN, FIFTEEN / "test_fifteen.py", f"--ssh-config={f}/ssh_config",
                  f"--ssh-identity-file={f}/id"]
        over_ssh, paramiko = [*pytest, f"--hosts={hosts}"], [*pytest, "--hosts=" + hosts.replace("ssh://", "paramiko://")]
        passed = lambda text: f"{15 * count} passed" in text  # noqa: E731
        ok = lambda number: lambda text: text.count(f"ok={number} ") == count and "failed=0" in text  # noqa: E731
        playbook = [self.bin / "ansible-playbook", "-i", f / "hosts.ini", "-f", str(count)]
        pyinfra = [self.bin / "pyinfra", f / "pyinfra_hosts.py", FIFTEEN / "pyinfra_deploy.py", "-y", "--parallel", str(count)]
        mitogen = next((self.bin.parent / "lib").glob("python3*/site-packages/ansible_mitogen/plugins/strategy"), None)
        has = lambda name: (self.bin / name).exists()  # noqa: E731
        rows = {}
        if has("pytest"):
            rows["Testinfra, ssh with masters"] = (over_ssh, {"FIFTEEN_PORT": str(port)}, passed)
            rows["Testinfra, ssh with masters, xdist 4"] = ([*over_ssh, "-n", "4"], {"FIFTEEN_PORT": str(port)}, passed)
            if count <= 4:
                rows["Testinfra, paramiko, xdist 4"] = ([*paramiko, "-n", "4"], {"FIFTEEN_PORT": str(port)}, passed)
        if has("pyinfra"):
            rows["pyinfra"] = (pyinfra, {"HOME": str(f)}, lambda text: "Success" in text or "success" in text.lower() and "error" not in text.lower())
        if has("ansible-playbook"):
            rows["Ansible, 15 tasks"] = ([*playbook, FIFTEEN / "ansible.yaml"], self.ansible, ok(15))
            if mitogen:
                rows["Ansible with mitogen, 15 tasks"] = ([*playbook, FIFTEEN / "ansible.yaml"], {
                    **self.ansible, "ANSIBLE_STRATEGY_PLUGINS": str(mitogen), "FIFTEEN_STRATEGY": "mitogen_free"}, ok(15))
            rows["Ansible, our script by 'raw'"] = ([*playbook, FIFTEEN / "ansible-raw.yaml"], self.ansible, ok(1))
        if shutil.which("ruby") and os.system("ruby -e 'require \"net/ssh\"' 2>/dev/null") == 0:
            rows["net-ssh, as Teuton uses it"] = (["ruby", FIFTEEN / "netssh.rb", f, str(port), self.user, *addresses], {}, passed)
        return rows


def compare(servers, lab, machines, measured, user, environment):
    folder = os.environ.get("LAB_PEERS", str(HERE.parent / ".build-peers"))
    peers = Peers(servers, user, folder)
    adopt_orphans()
    keep = children()

    def run(words, more):
        shutil.rmtree(peers.control, ignore_errors=True)
        peers.control.mkdir(mode=0o700)
        output = peers.folder / "said"
        with output.open("w") as file:
            took, cpu, _, status, _ = measured([str(word) for word in words], env={**environment, **more}, stdout=file, stderr=file)
        for number in children() - keep:
            os.kill(number, signal.SIGTERM)
            usage = os.wait4(number, 0)[2]
            cpu += usage.ru_utime + usage.ru_stime
        return took, cpu, output.read_text(), status

    for count in [int(word) for word in os.environ.get("LAB_BENCH_COUNTS", "4 40").split()]:
        addresses = [address for _, address in machines(count)]
        peers.prepare(addresses)
        rows = peers.all(addresses)
        if not rows:
            return print(f"\nPeers: none is installed in {folder}; bench/install-peers does that.")
        file = servers.class_file(machines(count), f"peers-{count}.yaml")
        times = {name: [] for name in ["lab", *rows]}
        for number in range(ROUNDS[count]):
            took, cpu, _, report = lab(file, jobs=count)
            if report["counts"]["passed"] == 15 * count:
                times["lab"].append((took, cpu))
            for name, (words, more, holds) in rows.items():
                # What takes minutes is done once.
                if number and count > 4 and times[name] and times[name][0][0] > 30:
                    continue
                took, cpu, said, status = run(words, more)
                print(f"  … {count} machines, round {number + 1}: {name} {took:.1f} s", file=sys.stderr)
                if status == 0 and holds(said):
                    times[name].append((took, cpu))
                elif number == 0:
                    print(f"  {name} did not do it, exit status {status}: {said[-600:]}")
                time.sleep(0.3)
        ours = [statistics.median(x) for x in zip(*times["lab"])]
        print(f"\nThe same 15 checks on {count} machines of this computer, medians of up to {ROUNDS[count]} alternating rounds")
        print(f"  {'':<38}{'wall s':>8}{'× lab':>7}{'CPU s':>8}{'× lab':>7}   (CPU of the client)")
        for name, all in times.items():
            if all:
                wall, cpu = (statistics.median(x) for x in zip(*all))
                print(f"  {name:<38}{wall:>8.2f}{wall / ours[0]:>7.1f}{cpu:>8.3f}{cpu / ours[1]:>7.1f}   {len(all)} rounds")
