"""What opening a long journal costs: a hundred thousand events beside a hundred, in the same run.

  replay.py LAB
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LAB = os.path.abspath(sys.argv[1])
COURSE = Path(__file__).parents[1] / "labs/postgresql-cluster/recordings/course.jsonl"


def journal(folder, count):
    """A journal of so many entries: those of the recorded course without their facts' contents, over and over."""
    lines = [line for line in COURSE.read_text().splitlines() if '"event":{"facts"' not in line]
    file = Path(folder) / f"{count}.jsonl"
    with file.open("w") as out:
        for number in range(count):
            entry = json.loads(lines[number % len(lines)])
            entry.pop("seal", None)
            out.write(json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
    return file


def opened(file, last):
    """Seconds and kilobytes of showing one event at the end."""
    start = time.perf_counter()
    process = subprocess.Popen([LAB, "replay", str(file), "--from", str(last)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return time.perf_counter() - start, usage.ru_maxrss


def moments(file):
    """How many events a journal shows."""
    said = subprocess.run([LAB, "replay", str(file), "--from", "999999999"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stderr
    return int(said.split("has events 1 to ")[1].split(".")[0])


with tempfile.TemporaryDirectory() as folder:
    rows = []
    for count in (100, 100_000):
        file = journal(folder, count)
        last = moments(file)
        runs = [opened(file, last) for _ in range(7)]
        rows.append((count, file.stat().st_size / 1e6, statistics.median(t for t, _ in runs), max(m for _, m in runs) / 1024))
print("Opening a journal and showing its last event, medians of 7")
print(f"{'entries':>10} {'file MB':>8} {'seconds':>8} {'MB':>6}")
for count, size, seconds, memory in rows:
    print(f"{count:>10} {size:>8.1f} {seconds:>8.2f} {memory:>6.0f}")
print(f"ratio to a short one: {rows[1][2] / rows[0][2]:.2f} in time, {rows[1][3] / rows[0][3]:.2f} in memory")
