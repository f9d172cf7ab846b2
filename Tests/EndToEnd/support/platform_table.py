"""docs/platforms.md: what was proved on which platform, one row each. The proof writes it; nobody else does."""
import datetime
import re

from course_files import ROOT
from platform_values import values

PAGE = ROOT / "docs/platforms.md"
VERSIONS = """. /etc/os-release; echo "$PRETTY_NAME"; {bin}/postgres -V | sed 's/[^0-9]*\\([0-9.]*\\).*/\\1/'
{repmgr} --version | sed 's/repmgr //'; ssh -V 2>&1 | sed 's/OpenSSH_\\([^ ,]*\\).*/\\1/'; systemctl --version | sed -n '1s/systemd \\([0-9.]*\\).*/\\1/p'"""


def versions_command(platform):
    """A shell command that prints what the row tells of a machine, a line each."""
    known = values(platform)
    return VERSIONS.format(bin=known.pg.bin, repmgr=known.repmgr.program)


def row(platform, versions, walked, drilled):
    """The row of a platform.

    versions: what versions_command printed; walked: what 'lab walk --auto' did; drilled: what 'lab drill --prove' did."""
    steps = re.findall(r"^\S+ +\d+ +[\d.]+ +\d+/\d+ +\d+ +\d+/\d+ +(yes|NO)", walked, re.M)
    told = re.search(r"^(\d+) drills: (\d+) right cause first, (\d+) right cause named as also, (\d+) not recognised, (\d+) with a wrong cause", drilled, re.M)
    system, postgresql, repmgr, openssh, systemd = versions.strip().splitlines()
    cells = [f"`{platform}`", system, postgresql, repmgr, openssh, systemd, f"{steps.count('yes')} of {len(steps)}", f"{told[2]} of {told[1]}", *told.groups()[2:],
             str(datetime.date.today())]
    return "| " + " | ".join(cells) + " |"


def write(line):
    """Puts a row in the place of the platform's older one, or among the others."""
    lines = PAGE.read_text().splitlines()
    first = next(place for place, text in enumerate(lines) if text.startswith("| platform |")) + 2
    end = next(place for place in range(first, len(lines)) if not lines[place].startswith("|"))
    rows = {text.split("|")[1]: text for text in lines[first:end]}
    rows[line.split("|")[1]] = line
    PAGE.write_text("\n".join(lines[:first] + sorted(rows.values()) + lines[end:]) + "\n")
