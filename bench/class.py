"""What a class costs the instructor's computer, and how long it takes: beside OpenSSH's clients in the same run.

  class.py LAB [cost|wall|rounds|trips|peers]...

cost   CPU and memory of the lab process a machine: real sshd for few, a light server written for this for thousands
wall   120 machines, lab against OpenSSH clients side by side that send the same script; and 120 that take their time without
       taking this computer's, against one of them
rounds CPU of the first round over 100 machines with a real sshd, and of those after it (`--watch`)
trips  round trips from connect to verdict, over a line into a network namespace that takes its time (wants root)
peers  the same fifteen checks by Testinfra, Ansible and pyinfra, as far as bench/install-peers has installed them ($LAB_PEERS names
       another folder than .build-peers), and by net-ssh, as Teuton uses it, where Ruby has that
"""
import base64
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Tests/EndToEnd/support"))
from loopback_class import COURSE, USER, Servers, free_port  # noqa: E402

LAB = os.path.abspath(sys.argv[1])
HOME = tempfile.mkdtemp(prefix="lab-bench-")
ENVIRONMENT = {**os.environ, "XDG_STATE_HOME": HOME, "XDG_CONFIG_HOME": HOME}
JOBS = 32
COSTS = [(1, "sshd"), (40, "sshd"), (400, "sshd"), (40, "light"), (400, "light"), (4000, "light")]


def machines(count):
    return [(f"s{n:04}", f"127.{1 + n // 40000}.{n // 200 % 200}.{1 + n % 200}") for n in range(count)]


def measured(words, **more):
    """Seconds, CPU seconds (of it and of its children that it has waited for) and the largest process's kilobytes of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **{"env": ENVIRONMENT, **more})
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, process.returncode, output


def lab(file, *words, jobs=JOBS):
    took, cpu, memory, status, output = measured(
        [LAB, "verify", *COURSE, "--class", file, "--quiet", "--format", "json", "--jobs", str(jobs), "--timeout", "60", *words], stdout=subprocess.PIPE)
    report = json.loads(output)
    # On a computer that is busy otherwise a machine may be too slow to answer; what was not judged must not count as quick.
    assert report["complete"], status
    if status:
        print(f"  not all was judged: {report['counts']}", file=sys.stderr)
    return took, cpu, memory, report


def apart(line, nonce):
    """An answer of many probes has the nonce in its base64, which the light server does not know: the same answers, one by one."""
    name, field = line.split(" ", 1)
    if name != "all-together":
        return [line]
    sections = base64.b64decode(field).decode().split(f"\nLAB{nonce} ")[1:]
    return [f"{table} {base64.b64encode(answer.encode()).decode()}" for table, _, answer in (section.partition("\n") for section in sections)]


def captured(servers):
    """The script that lab sends, and what a machine answers to it."""
    script = servers.folder / "script"
    lab(servers.class_file([("capture", "127.9.9.9")], "capture.yaml"))
    text = script.read_text()
    nonce = re.search(r"^N=(\w+)$", text, re.M)[1]
    answer = subprocess.run(["sh"], input=text, capture_output=True, text=True).stdout
    lines = [line.removeprefix(f"LAB{nonce} ") for line in answer.splitlines() if line.startswith(f"LAB{nonce} ")]
    (servers.folder / "answers").write_text("".join(one + "\n" for line in lines for one in apart(line, nonce)))
    return script


def capturing():
    """An sshd that keeps what is sent to 127.9.9.9."""
    servers = Servers()
    folder = servers.folder
    servers.close()
    shutil.rmtree(folder)
    shared = tempfile.mkdtemp(prefix="lab-bench-")
    servers = Servers(strange=[("127.9.9.9", f"cat > {shared}/script; exec sh < {shared}/script")])
    os.symlink(f"{shared}/script", servers.folder / "script")
    return servers


def light(servers, seconds=0):
    """The light server, with the answers that were captured; it takes so many seconds for each, and next to no CPU."""
    program = f"{HOME}/answerer"
    # Where Swift is, clang is.
    subprocess.run([shutil.which("gcc") or "clang", "-D_GNU_SOURCE", "-O2", "-w", "-o", program, str(HERE / "answerer.c"), "-lssh"], check=True)
    port = free_port()
    process = subprocess.Popen([program, str(port), str(servers.folder / "host"), str(servers.folder / "answers"), str(seconds)])
    key = (servers.folder / "known_hosts").read_text().split(" ", 1)[1]
    (servers.folder / "known_hosts").open("a").write(f"[127.*]:{port} {key}")
    time.sleep(0.5)
    return process, port


def cost(servers):
    captured(servers)
    process, port = light(servers)
    real = servers.port
    print("Client cost of lab: CPU and memory of its one process. '1' is what starting costs. Medians of 3; 4000 once.")
    print(f"{'machines':>10} {'server':>8} {'wall s':>8} {'CPU s':>8} {'CPU ms/machine':>15} {'MB':>6} {'MB/machine beyond 1':>20}")
    base = None
    for count, server in COSTS:
        servers.port = real if server == "sshd" else port
        file = servers.class_file(machines(count))
        took, cpu, memory = (statistics.median(x) for x in zip(*(lab(file)[:3] for _ in range(3 if count < 4000 else 1))))
        base = base or (cpu, memory)
        each = (cpu - base[0]) / (count - 1) * 1000 if count > 1 else cpu * 1000
        room = (memory - base[1]) / 1024 / (count - 1) if count > 1 else memory / 1024
        print(f"{count:>10} {server:>8} {took:>8.2f} {cpu:>8.2f} {each:>15.2f} {memory / 1024:>6.0f} {room:>20.3f}")
    servers.port = real
    process.terminate()
    process.wait()


def openssh(servers, script, addresses, jobs=JOBS):
    command = (f"ssh -F none -i {servers.folder}/id -o IdentitiesOnly=yes -o UserKnownHostsFile={servers.folder}/known_hosts -o BatchMode=yes "
               f"-o KexAlgorithms=curve25519-sha256 -p {servers.port} {USER}@$1 sh < {script} > /dev/null")
    listing = f"{HOME}/addresses"
    Path(listing).write_text("\n".join(addresses) + "\n")
    return measured(["xargs", "-a", listing, "-P", str(jobs), "-n", "1", "sh", "-c", command, "ssh"])


def wall(servers, count=120, rounds=int(os.environ.get("LAB_BENCH_ROUNDS", "5"))):
    script = captured(servers)
    file = servers.class_file(machines(count))
    ours, theirs, slow = [], [], 0
    for _ in range(rounds):
        took, cpu, _, result = lab(file)
        slow += sum(not student["machines"][0]["reached"] for student in result["students"])
        ours.append((took, cpu))
        theirs.append(openssh(servers, script, [address for _, address in machines(count)])[:2])
    a, b = (statistics.median(t for t, _ in x) for x in (ours, theirs))
    c, d = (statistics.median(t for _, t in x) for x in (ours, theirs))
    print(f"\n{count} machines on this computer, {JOBS} at once, the same script, medians of {rounds} alternating rounds")
    print(f"  lab verify --class           {a:6.2f} s wall, {c:6.2f} s CPU of the client")
    print(f"  OpenSSH clients, curve25519  {b:6.2f} s wall, {d:6.2f} s CPU of the clients")
    print(f"  ratio                        {a / b:6.2f} wall   {c / d:6.2f} CPU")
    if slow:
        print(f"  {slow} looks of lab did not end in time on this busy computer")
    # Machines elsewhere work on cores of their own. Here that is the light server, which waits for three seconds.
    real = servers.port
    process, servers.port = light(servers, 3)
    one, all = servers.class_file(machines(1), "one.yaml"), servers.class_file(machines(count), "slow.yaml")
    single, took = (statistics.median(lab(file, jobs=40)[0] for _ in range(3)) for file in (one, all))
    process.terminate()
    process.wait()
    servers.port = real
    print(f"  {count} machines that work 3 s elsewhere, 40 at once: {took:.2f} s; one alone {single:.2f} s; × {count} ÷ 40 = "
          f"{single * count / 40:.2f} s; ratio {took / (single * count / 40):.2f}")


def rounds(servers, count=100, later=4):
    """CPU of one process that watches, round by round; before the first it reads the course."""
    report = Path(f"{HOME}/rounds.json")
    process = subprocess.Popen(
        [LAB, "verify", *COURSE, "--class", servers.class_file(machines(count)), "--watch", "--every", "10", "--output", str(report), "--format", "json",
         "--timeout", "60"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    used, written = [0.0], 0
    while len(used) < later + 2:
        time.sleep(0.1)
        if report.exists() and report.stat().st_mtime_ns != written:
            written = report.stat().st_mtime_ns
            fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            used.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    process.terminate()
    process.wait()
    first, *others = [after - before for before, after in zip(used, used[1:])]
    print(f"\n{count} machines watched: the first round {first:.2f} s of CPU, each one after it {statistics.median(others):.2f} s; ratio "
          f"{statistics.median(others) / first:.2f}")


def trips():
    """From connect to verdict with and without 40 ms of added round trip; the difference is round trips."""
    from line import Line
    space = f"lab{os.getpid()}"
    subprocess.run(["ip", "netns", "add", space], check=True)
    try:
        line = Line(space, "10.219.7.1", "10.219.7.2")
        servers = Servers(before=["ip", "netns", "exec", space], probe=f"ip netns exec {space}")
        known = (servers.folder / "known_hosts").read_text()
        (servers.folder / "known_hosts").write_text(known.replace("127.*", "10.219.7.2"))
        file = servers.class_file([("far", "10.219.7.2")])
        command = ["ssh", "-F", "none", "-i", f"{servers.folder}/id", "-o", "IdentitiesOnly=yes", "-o", f"UserKnownHostsFile={servers.folder}/known_hosts",
                   "-o", "KexAlgorithms=curve25519-sha256", "-p", str(servers.port), f"{USER}@10.219.7.2", "true"]
        times = {0: ([], []), 200: ([], [])}
        for _ in range(7):
            for delay, (ours, theirs) in times.items():
                line.delay = delay / 1000
                ours.append(lab(file)[0])
                theirs.append(measured(command)[0])
        ours, theirs = ((min(times[200][n]) - min(times[0][n])) / 0.2 for n in (0, 1))
        print(f"\nRound trips, from the difference that 200 ms more for each make (the least of 7):")
        print(f"  lab, from connect to verdict          {ours:5.1f}")
        print(f"  'ssh … true', curve25519              {theirs:5.1f}")
        servers.close()
    finally:
        subprocess.run(["ip", "netns", "del", space])


def main():
    parts = sys.argv[2:] or ["cost", "wall", "rounds", "trips", "peers"]
    servers = capturing()
    try:
        if "cost" in parts:
            cost(servers)
        if "wall" in parts:
            wall(servers)
        if "rounds" in parts:
            rounds(servers)
        if "peers" in parts:
            import peers
            peers.compare(servers, lab, machines, measured, USER, ENVIRONMENT)
    finally:
        servers.close()
    if "trips" in parts:
        trips() if os.getuid() == 0 and os.path.exists("/dev/net/tun") else print("\nRound trips: not measured, this wants root and /dev/net/tun.")


main()
