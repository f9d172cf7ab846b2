#!/usr/bin/env python3
"""CPU of this lab beside an older one, on the whole course, side by side in the same run.

  real.py LAB FOLDER OLD-LAB OLD-FOLDER [ROUNDS]

Each program works in its folder, with the course that is there. What needs machines (`verify`, `bundle`, the start of the REPL, a class
of bundles) uses the practice machines that are there, with the course walked to its end, and is left out, which is said, if there are
none. CPU is that of the client with what it starts, by getrusage: user and system together. Medians; the older one first in each round.
"""
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

import pexpect

CACHES = tempfile.TemporaryDirectory()


def environment(program):
    """Each program keeps what it has parsed for itself: another one would have to begin anew each time."""
    return {**os.environ, "XDG_CACHE_HOME": os.path.join(CACHES.name, str(abs(hash(program)))), "TERM": "xterm", "NO_COLOR": "1"}


def cpu(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    nowhere = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=environment(command[0]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def prompt(program, folder):
    """From the start to the first prompt, and 'quit'."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    terminal = pexpect.spawn(program, cwd=folder, env=environment(program), timeout=60, dimensions=(24, 80))
    terminal.expect(r"\d \S+> ")
    terminal.send("quit\r")
    terminal.expect(pexpect.EOF)
    terminal.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def instructions(program, folder, words):
    """Millions of instructions of a command, which repeat where seconds do not; None without valgrind. Debian 12's valgrind gives up on
    the debugging information that Swift writes (DWARF 5), so it runs a copy without it; the second run finds its cache."""
    if not all(map(shutil.which, ("valgrind", "objcopy"))):
        return None
    bare = os.path.join(CACHES.name, f"lab-{abs(hash(program))}")
    if not os.path.exists(bare):
        subprocess.run(["objcopy", "--strip-debug", program, bare], check=True)
    for _ in range(2):
        said = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bare, *words], cwd=folder, capture_output=True,
                              text=True, env=environment(bare)).stderr
    return int(re.search(r"Collected : (\d+)", said)[1]) / 1e6


def busy():
    """CPU seconds that this computer has spent since it started, on whatever."""
    fields = [int(word) for word in open("/proc/stat").readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


def newest_process(program, folder, machine):
    """The number of a process that is started on a machine: between two, as many were started there as lie between them."""
    said = subprocess.run([program, "sandbox", "console", machine, "--", "sh", "-c", "echo $$"], cwd=folder, capture_output=True, text=True)
    return int(said.stdout.split()[-1])


def look(program, folder, machine="pg1"):
    """What a look of 'verify' costs the machines: the processes that it starts on one of them, and the CPU of all four, which is that of
    this computer without the client's. Both are true only where nothing else runs."""
    first, before = newest_process(program, folder, machine), busy()
    client = cpu([program, "verify"], folder) / 1000
    used = busy() - before - client
    return newest_process(program, folder, machine) - first - 1, used * 1000


def main():
    new, old = (sys.argv[1], sys.argv[2]), (sys.argv[3], sys.argv[4])
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 5
    with tempfile.TemporaryDirectory() as folder:
        bundle = os.path.join(folder, "student.labbundle")
        made = subprocess.run([new[0], "bundle", "--output", bundle], cwd=new[1], capture_output=True)
        has_machines = os.path.exists(bundle)
        rows = [("lab --version", ["--version"]), ("lab list", ["list"]), ("lab show names", ["show", "names"])]
        if has_machines:
            others = []
            for number in range(20):
                others.append(os.path.join(folder, f"student{number}.labbundle"))
                with open(bundle) as one, open(others[-1], "w") as other:
                    other.write(re.sub(r'("student" : )"[^"]*"', rf'\1"student{number}"', one.read()))
            rows += [("lab verify --step names", ["verify", "--step", "names"]), ("lab verify", ["verify"]), ("lab bundle", ["bundle", "--output", bundle])]
            rows += [("lab verify, 1 bundle", ["verify", "--bundle", others[0]])]
            rows += [("lab verify, 20 bundles", ["verify", *(word for one in others for word in ("--bundle", one))])]
        figures = {}
        print(f"{'':26}{'before':>10}{'now':>10}{'ratio':>8}    CPU ms, medians of {rounds}")
        for name, words in rows + ([("lab, to the first prompt", None)] if has_machines else []):
            seen = {old: [], new: []}
            for _ in range(rounds):
                for program in (old, new):
                    seen[program].append(prompt(*program) if words is None else cpu([program[0], *words], program[1]))
            before, now = statistics.median(seen[old]), statistics.median(seen[new])
            figures[name] = (before, now)
            print(f"{name:26}{before:10.1f}{now:10.1f}{before / now:8.1f}", flush=True)
        for name, words in rows[:3]:
            before, now = (instructions(*program, words) for program in (old, new))
            if now:
                print(f"{name + ', Minstr':26}{before:10.0f}{now:10.0f}{before / now:8.1f}", flush=True)
        if has_machines:
            looks = {old: [], new: []}
            for _ in range(rounds):
                for program in (old, new):
                    looks[program].append(look(*program))
            for index, name in enumerate(("processes, look at pg1", "CPU ms of four machines")):
                before, now = (statistics.median(one[index] for one in looks[program]) for program in (old, new))
                print(f"{name:26}{before:10.0f}{now:10.0f}{before / now:8.1f}", flush=True)
            for which, title in enumerate(("before", "now")):
                one, all = figures["lab verify, 1 bundle"][which], figures["lab verify, 20 bundles"][which]
                print(f"each further student, {title}: {(all - one) / 19:.1f} ms")
        else:
            print("Left out, as there are no practice machines: " + made.stderr.decode(errors="replace").strip().split("\n")[0])


main()
