"""Longer proof, run by 'make prove': repairs of causes that no drill has, typed as they are printed, on a finished cluster.

Each fault becomes a drill of a copy of the course, so that 'lab drill --prove' judges it as it judges those that students get."""
import json
import shutil

import pytest
from commands import SANDBOX, lab, sandbox
from course_files import ROOT
from platform_values import pg, pg_more_settings, repmgr

OWN = f"{pg_more_settings}/zz-fault.conf"
RESTART = f"systemctl reset-failed {pg.service}; systemctl restart {pg.service} || true"
SSH = "~postgres/.ssh/config"


def setting(line):
    """A line in a settings file of its own, and a restart that may fail; and the way back."""
    return f'echo "{line}" > {OWN}; chown postgres: {OWN}; {RESTART}', f"rm -f {OWN}; {RESTART}"


def client(text):
    """Settings of its own for ssh of postgres; and the way back."""
    return f"printf '{text}' > {SSH}; chown postgres: {SSH}", f"rm -f {SSH}"


def away(path, then=""):
    """A file moved away; and the way back."""
    return f"mv {path} /root/away; {then}", f"mv /root/away {path}; {then}"


def daemon(line, other):
    """A line of repmgr.conf written otherwise; and the way back."""
    return f"cp -p {repmgr.conf} /root/conf; sed -i 's/^{line}.*/{other}/' {repmgr.conf}", f"mv /root/conf {repmgr.conf}"


def password(change):
    """A change to postgres's password file; and the way back."""
    return f"cp -p ~postgres/.pgpass /root/pgpass; sed -i '{change}' ~postgres/.pgpass", "mv /root/pgpass ~postgres/.pgpass"


# A name, the machine, what breaks it and what takes it back, the check that fails and the cause that is named first.
FAULTS = [
    ("library-misspelt", "pg_witness", setting("shared_preload_libraries = 'repmgrd'"), "server-runs", "library-not-found"),
    ("wal-minimal", "pg2", setting("wal_level = minimal"), "standby-runs", "wal-level-too-low"),
    ("limit-down", "pg3", setting("max_connections = 50"), "standby-runs", "standby-limits-too-low"),
    ("foreign-address", "pg_witness", setting("listen_addresses = '10.99.0.1'"), "server-runs", "listens-at-foreign-address"),
    ("hot-standby", "pg3", setting("hot_standby = off"), "standby-runs", "hot-standby-off"),
    ("huge-pages", "pg2", setting("huge_pages = on"), "standby-runs", "huge-pages-not-there"),
    ("unknown-setting", "pg_witness", setting("lissten_addresses = '*'"), "server-runs", "settings-unreadable"),
    ("bad-value", "pg2", setting("max_wal_senders = many"), "standby-runs", "settings-unreadable"),
    ("settings-gone", "pg1", away(pg.settings), "settings-in-force", "settings-file-missing"),
    ("settings-gone-standby", "pg2", away(pg.settings), "settings-on-standby", "standby-without-settings"),
    ("password-file-gone", "pg3", away("~postgres/.pgpass"), "password-file", "password-file-missing"),
    ("password-line-gone", "pg2", password("/:repmgr:/d"), "password-file", "password-line-missing"),
    ("password-of-app-gone", "pg_witness", password("/:app:/d"), "application-gets-in", "app-password-here"),
    ("conf-gone", "pg3", away(repmgr.conf), "repmgr-conf-readable", "repmgr-conf-missing"),
    ("conf-value", "pg2", daemon("failover=", "failover=auto"), "repmgr-conf-readable", "repmgr-conf-value"),
    ("conf-misspelt", "pg2", daemon("priority=", "prioritty=1"), "repmgr-conf-readable", "repmgr-conf-misspelt"),
    ("conf-required", "pg3", daemon("node_name=", ""), "repmgr-conf-readable", "repmgr-conf-required"),
    ("ssh-user", "pg2", client(r"Host *\n  User student\n"), "postgres-logs-in", "logs-in-as-another"),
    ("ssh-port", "pg2", client(r"Host pg1\n  Port 2222\n"), "postgres-logs-in", "logs-in-elsewhere"),
    ("ssh-broken", "pg2", client(r"Host *\n  Blah yes\n"), "postgres-logs-in", "own-ssh-settings-broken"),
    ("authorized-keys-gone", "pg2", away("~postgres/.ssh/authorized_keys"), "postgres-ssh-modes", "authorized-keys-missing"),
    ("sudo-rule-gone", "pg3", away("/etc/sudoers.d/postgres"), "postgres-sudo", "sudo-rule-missing"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A finished cluster, and a copy of the course whose drills are the faults."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("labs", "checks", "sandbox"):
        shutil.copytree(ROOT / name, folder / name)
    drills = folder / "labs/postgresql-cluster/drills"
    shutil.rmtree(drills)
    drills.mkdir()
    for name, machine, (breaks, mends), check, cause in FAULTS:
        drill = {
            "format": 1, "drill": name, "title": f"By hand, {name}", "area": "repairs", "difficulty": "easy", "minutes": 5, "story": "Nothing is told.",
            "inject": [{"at": machine, "as": "root", "why": "Breaks it.", "run": breaks}], "expect": [{"cause": cause, "check": check, "machine": machine}],
            "shows": "3s", "hints": ["one", "two", "three"], "repair": [{"at": machine, "as": "root", "why": "Takes it back.", "run": mends}],
        }
        # JSON is YAML.
        (drills / f"{name}.yaml").write_text(json.dumps(drill))
    sandbox("reset", *SANDBOX)
    made = lab("sandbox", "reset", "--to", "acceptance", timeout=1800)
    assert made.returncode == 0, made.stdout + made.stderr
    yield folder
    sandbox("down")


def test_every_repair_mends_as_it_is_printed(course):
    """At once, or with the repairs that are named next; none of these faults is a decision."""
    result = lab("drill", "--prove", "--restore", "acceptance", timeout=5400, cwd=course)
    print(result.stdout)
    assert result.returncode == 0, result.stderr[-8000:] + result.stdout
    assert "0 are a decision" in result.stdout, result.stdout
    assert "0 did not mend" in result.stdout, result.stdout
