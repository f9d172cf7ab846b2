"""Reports of classes that never were: as lab verify --format json writes them, from the course's own steps and checks."""
import json
import random
import re
import subprocess
from pathlib import Path

from commands import LAB
from course_files import COURSE

NAMES = """ada bruno chiyo dmitri elif fatima georg hanna ines jonas kofi lena mehmet nadia oskar priya quentin rosa samir tove
umut vera wanda xenia yusuf zoe aino bence carla dora""".split()
CAUSES = {
    "hostname-set": ("hostname-other", "The host name of {m} is 'localhost'."),
    "names-resolve": ("name-missing", "/etc/hosts on {m} has no line for pg3."),
    "server-accepts-others": ("listens-on-localhost", "Nothing answers on 10.0.0.11:5432, since listen_addresses on {m} is 'localhost'."),
    "standby-streams": ("login-refused", "pg_hba.conf on pg1 has no line for replication from {m}."),
}
# Every format, as the program names them: a new one is in every test of all.
FORMATS = re.search(r"--format.*?values: ([a-z, \n]+);", subprocess.run([LAB, "report", "--help"], capture_output=True, text=True, check=True).stdout, re.S)[1].replace("\n", " ").replace(" ", "").split(",")

HOSTILE = "\x1b[2J\x07<script>alert('x')</script>\"' onload=x <b>|`*_[a](http://evil)` =1+1 @all #1 & \u202egnp.exe \x85\x00 \u0338\"\u0338 x"


def course():
    """Steps in their order, each with the names of its checks."""
    order = re.search(r"^steps: \[(.*?)\]", (COURSE / "lab.yaml").read_text(), re.S | re.M)[1]
    steps = {}
    for name in re.findall(r"[a-z-]+", order):
        text = next((COURSE / "steps").glob(f"*-{name}.yaml")).read_text()
        text = re.sub(r"#.*", "", text)
        block = re.search(r"^checks:(.*?)(?=^[a-z]+:|\Z)", text, re.S | re.M)
        checks = re.findall(r"check: ([a-z0-9-]+)", block[1]) + [
            word for word in re.findall(r"(?<![\w:] )\b([a-z0-9]+(?:-[a-z0-9]+)+)\b", re.sub(r"\{.*?\}", "", block[1]))] if block else []
        steps[name] = list(dict.fromkeys(checks))
    return steps


def student(name, at, group=None, hostile=False, dead=False, bundle=False, rng=random, steps=None):
    """A student who has passed the steps before number `at`."""
    steps = steps or course()
    machines = ["pg1", "pg2", "pg3", "pg_witness"]
    verdicts, red = [], None
    for number, (step, checks) in enumerate(steps.items(), 1):
        for check in checks:
            for machine in machines:
                record = dict(step=step, check=check, machine=machine, verdict="passed", title=f"{check} holds on {machine}",
                              causes=[], evidence=None, reasons=[], blocked_by=None, changed=None)
                if dead:
                    record.update(verdict="unknown", reasons=[{"machine": machine, "fact": "os", "reason": "no answer in 12 s"}])
                elif number >= at and red is None and machine != "pg1":
                    cause, because = CAUSES.get(check, (f"{check}-not-yet", f"{check} does not hold on {{m}} yet."))
                    because = because.format(m=machine)
                    red = {"check": check, "machine": machine}
                    record.update(verdict="failed", causes=[{
                        "cause": cause, "certainty": "certain", "machine": machine, "because": because + (HOSTILE if hostile else ""),
                        "fix": [{"at": machine, "as": "root", "run": "echo '10.0.0.13  pg3' >> /etc/hosts" + (HOSTILE if hostile else "")}]}])
                elif number > at:
                    record.update(verdict="blocked", blocked_by=red)
                verdicts.append(record)
    step = next((v["step"] for v in verdicts if v["verdict"] != "passed"), None)
    return dict(student=name, group=group, step=step,
                collected={"kind": "bundle" if bundle else "live", "at": "2026-11-25T09:00:00Z"},
                warnings=[], machines=[dict(machine=m, reached=not dead, seconds=0.41, said="no answer in 12 s" if dead else None,
                               identity=None if dead else {"host_key": f"SHA256:{name}{m}"}) for m in machines],
                verdicts=verdicts)


def report(students, complete=True, shard=None):
    words = [v["verdict"] for s in students for v in s["verdicts"]]
    return dict(format=1, lab="postgresql-cluster", started="2026-11-25T09:00:00Z", finished="2026-11-25T09:00:42Z", complete=complete,
                shard=shard, **{"class": "autumn"}, students=students, counts={word: words.count(word) for word in ("passed", "failed", "blocked", "unknown")})


def thirty(hostile=False, complete=True):
    """Thirty students in three groups: three done, two whose machines are off, two who handed in, one who copied, and a hostile one."""
    rng, steps = random.Random(7), course()
    students = []
    for index, name in enumerate(NAMES):
        at = 99 if index % 10 == 9 else rng.choice([3, 4, 4, 4, 6, 8, 8, 12, 12, 13, 17])
        students.append(student(name, at, group="abc"[index % 3], dead=index in (4, 20), bundle=index in (6, 16), steps=steps))
    students[3]["warnings"] = ["shares the SSH host key of pg2 with hanna"]
    students[7]["warnings"] = ["shares the SSH host key of pg2 with dmitri"]
    if hostile:
        students.append(student("=cmd|'/c calc'!A0 <img src=x onerror=alert(1)> \x1b[31m", 4, group="<b>x</b>", hostile=True, steps=steps))
        students[-1]["warnings"] = [HOSTILE]
    return report(students, complete)


def few(hostile=False, complete=True):
    """The class of thirty, without those who are like others: quick to read."""
    value = thirty(hostile, complete)
    return report([s for s in value["students"] if s["student"] in ("bruno", "dmitri", "elif", "georg") or s["warnings"]], complete)


def write(path, value):
    Path(path).write_text(json.dumps(value))
    return str(path)
