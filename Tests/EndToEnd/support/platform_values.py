"""Paths and names on the practice machines, as the course's platform file sets them with the variables that the lab ships."""
import os.path
import re
from types import SimpleNamespace

import yaml
from course_files import COURSE


# The one of the practice machines, if nobody says which.
PLATFORM = yaml.safe_load((COURSE / "sandbox/sandbox.yaml").read_text())["platform"]


def _file(platform):
    return yaml.safe_load((COURSE / f"platforms/{platform}.yaml").read_text())


def variables(platform=PLATFORM):
    """The lab's variables, each as a student who chooses none has it on the platform."""
    shipped = yaml.safe_load((COURSE / "lab.yaml").read_text())["variables"]
    lab = {name: value["value"] if isinstance(value, dict) else value for name, value in shipped.items()}
    return lab | _file(platform).get("variables", {})


def values(platform):
    """All values of a platform by part and name: values("debian13").pg.data."""
    known = variables(platform)
    file = _file(platform)
    parts = {}
    for one in ([_file(file["like"])] if "like" in file else []) + [file]:
        for part, named in one.get("values", {}).items():
            parts[part] = parts.get(part, {}) | named
    return SimpleNamespace(**{
        part: SimpleNamespace(**{name: re.sub(r"\{\{(\w+)\}\}", lambda found: known[found[1]], value) for name, value in named.items()})
        for part, named in parts.items()})


# Those of the machines of the tests.
pg, repmgr = values(PLATFORM).pg, values(PLATFORM).repmgr
pg_major = variables()["pg_major"]
# The folder whose files the server reads behind its own settings.
pg_more_settings = os.path.dirname(pg.settings)
