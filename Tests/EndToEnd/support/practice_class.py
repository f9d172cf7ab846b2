"""Students with practice machines of their own, side by side on this computer, and the class file that finds them all."""
import json
import os
import re

from commands import lab


class Member:
    """A student. Each has a state folder, a network and ports of their own."""

    def __init__(self, folder, name, number):
        self.name, self.folder = name, folder / name
        self.environment = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state"), "XDG_CONFIG_HOME": str(self.folder / "config")}
        self.plan = ["--prefix", f"labclass{number}", "--network", f"10.6{number}.0", "--first-port", str(22600 + 10 * number)]

    def lab(self, *words, timeout=1800):
        result = lab(*words, timeout=timeout, env=self.environment)
        assert result.returncode in (0, 1), (self.name, words, result.stdout, result.stderr[-3000:])
        return result

    def make(self, step):
        """Their machines, as they are when somebody begins with this step."""
        assert self.lab("sandbox", "up", *self.plan).returncode == 0
        assert self.lab("sandbox", "reset", *(["--to", step] if step else [])).returncode == 0

    def end(self):
        """Takes the machines away, and what reset --to has kept of them."""
        self.lab("sandbox", "down", "--saved")

    def console(self, machine, script):
        result = self.lab("sandbox", "console", machine, "--", "sh", "-c", script)
        assert result.returncode == 0, result.stderr
        return result.stdout

    @property
    def inventory(self):
        return self.folder / "state/lab/sandbox/machines.yaml"

    def alone(self):
        """What lab verify says of this student alone."""
        return json.loads(self.lab("verify", "--format", "json").stdout)["students"][0]


def class_file(path, members):
    """One class file for all, out of the inventories that lab sandbox up has written."""
    lines = ["format: 1", "class: three", "lab: postgresql-cluster", "platform: debian13", "environment: sandbox", "students:"]
    for member in members:
        text = member.inventory.read_text()
        defaults = dict(re.findall(r"^  (\w+): (.*)$", text.split("defaults:")[1].split("machines:")[0], re.M))
        machines = ", ".join(f"{name}: {keys}" for name, keys in re.findall(r"^  (\w+): (\{.*\})$", text.split("\nmachines:")[1], re.M))
        lines.append(f"  - {{student: {member.name}, {', '.join(f'{key}: {value}' for key, value in defaults.items())}, machines: {{{machines}}}}}")
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def judged(file, *words):
    """The class's report, by student."""
    result = lab("verify", "--class", file, "--format", "json", *words, timeout=300)
    assert result.returncode in (0, 1, 3), result.stderr
    report = json.loads(result.stdout)
    assert report["complete"], result.stderr
    return {student["student"]: student for student in report["students"]}


def verdicts(student):
    """What was judged and what came of it, without times and ages."""
    return {(v["step"], v["check"], v["machine"]): (v["verdict"], [cause["cause"] for cause in v["causes"]], v["blocked_by"]) for v in student["verdicts"]}


def steps_before(student, step):
    """The verdicts of the steps before one."""
    before = []
    for verdict in student["verdicts"]:
        if verdict["step"] == step:
            return before
        before.append(verdict)
    raise AssertionError(f"step {step} was not judged")
