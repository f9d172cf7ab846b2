"""Paths and names on the practice machines, as the course's platform file sets them with the variables that the lab ships."""
import os.path
import re
from types import SimpleNamespace

import yaml
from course_files import COURSE


def variables():
    """The lab's variables, each as a student who chooses none has it."""
    shipped = yaml.safe_load((COURSE / "lab.yaml").read_text())["variables"]
    return {name: value["value"] if isinstance(value, dict) else value for name, value in shipped.items()}


def values(platform):
    """All values of a platform by part and name: values("debian12").pg.data."""
    known = variables()
    parts = yaml.safe_load((COURSE / f"platforms/{platform}.yaml").read_text())["values"]
    return SimpleNamespace(**{
        part: SimpleNamespace(**{name: re.sub(r"\{\{(\w+)\}\}", lambda found: known[found[1]], value) for name, value in named.items()})
        for part, named in parts.items()})


# The machines of the tests are Debian's.
pg, repmgr = values("debian12").pg, values("debian12").repmgr
pg_major = variables()["pg_major"]
# The folder whose files the server reads behind its own settings.
pg_more_settings = os.path.dirname(pg.settings)
