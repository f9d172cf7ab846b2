"""Longer proof, run by 'make prove': faults that nobody wrote a cause for, on a finished cluster."""
import json
import time

import pytest
from commands import SANDBOX, console, lab, sandbox, verify
from platform_values import pg, pg_more_settings, repmgr


@pytest.fixture(scope="module")
def finished():
    """A finished cluster, as at the start of the course's last step."""
    sandbox("reset", *SANDBOX)
    made = lab("sandbox", "reset", "--to", "acceptance", timeout=1800)
    assert made.returncode == 0, made.stdout + made.stderr
    yield
    sandbox("down")


def test_slots_of_a_saved_state_can_be_dropped(finished):
    """overlayfs does not rename a folder that comes from an image, and PostgreSQL renames the folder of a slot to drop it."""
    sql = "SELECT pg_create_physical_replication_slot('of_a_test')"
    console("pg1", f'cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtc "{sql}"')
    saved = lab("sandbox", "save", "with-a-slot")
    assert saved.returncode == 0, saved.stderr
    try:
        sql = sql.replace("create_physical", "drop")
        console("pg1", f'cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtc "{sql}"')
    finally:
        lab("sandbox", "save", "--forget", "with-a-slot")


SETTINGS = f"{pg_more_settings}/zz-invented.conf"


def setting(line):
    """A line in a settings file of its own, and a reload; and the way back."""
    write = f"""echo "{line}" > {SETTINGS} && chown postgres: {SETTINGS} && systemctl reload {pg.service}"""
    return write, f"rm {SETTINGS} && systemctl reload {pg.service}"


def sql(database, statement):
    return f"""cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XqAt -d {database} -c "{statement}" """


PAM_DENIES = r"""
cp /etc/pam.d/sshd /root/sshd.pam
printf 'account [success=1 default=ignore] pam_succeed_if.so quiet user != postgres\naccount required pam_deny.so\n' > /root/sshd.new
cat /root/sshd.pam >> /root/sshd.new && cat /root/sshd.new > /etc/pam.d/sshd
"""
REPMGR_ENDS = rf"""
mv {repmgr.program} {repmgr.program}.away && printf '#!/bin/sh\nexit 3\n' > {repmgr.program} && chmod 755 {repmgr.program}
"""

# Faults that nobody wrote a cause for: name, machine, what breaks it, what mends it, and a word that the evidence has to have.
INVENTED = [
    ("a library for each session that does not exist", "pg2", *setting("session_preload_libraries = 'nolib'"), "nolib"),
    ("a server that cancels whatever takes a millisecond", "pg3", *setting("statement_timeout = 1"), "statement timeout"),
    ("a repmgr that ends at once", "pg2", REPMGR_ENDS, f"mv -f {repmgr.program}.away {repmgr.program}", "exit status 3"),
    ("a rule for routing that prohibits one port", "pg2", "ip rule add to $(getent ahostsv4 pg3 | head -n 1 | cut -d ' ' -f 1) ipproto tcp dport 5432 prohibit pref 10",
     "ip rule del pref 10", "forbidden"),
    ("a PAM stack that lets everybody in but postgres", "pg2", PAM_DENIES, "cat /root/sshd.pam > /etc/pam.d/sshd", "PAM"),
    ("a receiver that is impatient", "pg3", *setting("wal_receiver_timeout = 1"), "timeout"),
    ("a table that takes no rows", "pg1", sql("repmgr", "ALTER TABLE repmgr.monitoring_history ADD CONSTRAINT x CHECK (false) NOT VALID") + "&& sleep 35",
     sql("repmgr", "ALTER TABLE repmgr.monitoring_history DROP CONSTRAINT x"), "check constraint"),
]


@pytest.mark.parametrize("name, machine, breaks, mends, shown", INVENTED, ids=[f[0] for f in INVENTED])
def test_a_fault_without_a_cause_is_told_as_unexplained(finished, name, machine, breaks, mends, shown):
    """At most three checks fail, no cause is named, and what is shown instead leads to the reason."""
    console(machine, breaks)
    try:
        status, _, verdicts = verify("--all")
    finally:
        console(machine, mends)
    failed = [v for v in verdicts.values() if v["verdict"] == "failed"]
    assert status == 1, failed
    assert 1 <= len(failed) <= 3, failed
    for verdict in failed:
        assert verdict["causes"] == [], verdict
        assert shown in json.dumps(verdict["evidence"]["rows"]), verdict
    print(name, json.dumps(failed[0]["evidence"])[:400])
    end = time.monotonic() + 120
    while verify("--all")[0] != 0:
        assert time.monotonic() < end, "the cluster is not in order again"
