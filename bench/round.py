"""A round of checks on four machines against one ssh with an equally long empty script; and the start of lab."""
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time

LAB, RUNS = sys.argv[1], int(sys.argv[2])
STATE = os.path.join(os.environ.get("XDG_STATE_HOME", os.path.expanduser("~/.local/state")), "lab/sandbox")
MACHINES = ["pg1", "pg2", "pg3", "pg_witness"]
HOME = tempfile.mkdtemp()
ENVIRONMENT = {**os.environ, "XDG_STATE_HOME": HOME, "XDG_CONFIG_HOME": HOME, "TERM": "xterm"}


def median(body):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ssh(machine, port, script):
    words = ["ssh", "-i", f"{STATE}/id_ed25519", "-o", "IdentitiesOnly=yes", "-o", f"UserKnownHostsFile={STATE}/known_hosts",
             "-p", str(port), "student@127.0.0.1", "sh"]
    subprocess.run(words, input=script, text=True, stdout=subprocess.DEVNULL, check=True)


def ports():
    text = open(f"{STATE}/machines.yaml").read()
    return {m: int(text.split(f"  {m}: ")[1].split("port: ")[1].split("}")[0]) for m in MACHINES}


def verify(step):
    subprocess.run([LAB, "verify", "--machines", f"{STATE}/machines.yaml", "--step", step], stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def rounds_in_repl(step, count):
    """Rounds over kept connections, as a student's 'check' makes them: seconds of each."""
    commands = f"goto {step}\n" + "check\n" * (count + 1) + "quit\n"
    process = subprocess.Popen([LAB, "--machines", f"{STATE}/machines.yaml"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True)
    process.stdin.write(commands)
    process.stdin.flush()
    stamps = []
    for line in process.stdout:
        if line.startswith("> "):
            stamps.append(time.perf_counter())
    process.wait()
    checks = stamps[1:]
    return [b - a for a, b in zip(checks[1:], checks[2:])]


def to_prompt():
    """From the start of the program to its prompt in a terminal, in seconds."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(LAB, [LAB, "--machines", f"{STATE}/machines.yaml"], ENVIRONMENT)
    seen = b""
    while b"> " not in seen.split(b"\n")[-1]:
        if select.select([terminal], [], [], 10)[0]:
            seen += os.read(terminal, 65536)
    took = time.perf_counter() - start
    os.write(terminal, b"quit\r")
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    return took


# About as many bytes as lab sends for a step, and nothing to do.
empty = "".join(f": '{'x' * 70}'\n" for _ in range(120))
slowest = max(median(lambda m=m, p=p: ssh(m, p, empty)) for m, p in ports().items())
# Step trust makes twelve logins between the machines in each round: those are its work, and no overhead of lab.
print(f"floor: one ssh with an empty script, on the slowest of four machines   {slowest:.3f} s")
for step in ("machines", "identity", "names", "preflight", "install", "trust"):
    kept = rounds_in_repl(step, RUNS)
    took = statistics.median(kept)
    print(f"a round of step {step:<10} on four machines, connections kept open     {took:.3f} s   {took / slowest:.2f} × the floor")
took = median(lambda: verify("names"))
print(f"lab verify --step names: start, four logins, one look, verdicts          {took:.3f} s   {took / slowest:.2f} × the floor")
took = statistics.median(to_prompt() for _ in range(RUNS))
print(f"start to prompt                                                          {took:.3f} s   {took / 0.2:.2f} × 0.2 s")
