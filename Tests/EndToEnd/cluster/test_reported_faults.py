"""What other people have reported of clusters like this one, done to the finished cluster: what is allowed passes, what is wrong is named,
and the repair mends when it is typed as printed. Each stands for a kind of fault."""
import pytest
from commands import console, verify
from platform_values import pg, pg_major, repmgr
from repairs import mended_as_printed

CONF, SERVER = repmgr.conf, pg.service


def sql(statement, database="postgres"):
    return f"""su postgres -c 'cd / && psql -XqAt -d {database}' <<'SQL'\n{statement}\nSQL"""


KEEP = f"cp -p {CONF} /root/repmgr.conf"
GIVE_BACK = f"cp -p /root/repmgr.conf {CONF}; systemctl restart repmgrd"

# What repmgr, sudo and PostgreSQL take as well as what the course types: machine, what is done, what takes it back.
ALLOWED = {
    "repmgr.conf includes a file": (
        "pg2", f"""{KEEP}; grep -vE '^(node_id|node_name|conninfo|priority)' {CONF} > /etc/repmgr.common.conf
        grep -E '^(node_id|node_name|conninfo|priority)' /root/repmgr.conf > {CONF}; echo "include '/etc/repmgr.common.conf'" >> {CONF}
        chown postgres: /etc/repmgr.common.conf {CONF}; systemctl restart repmgrd""",
        f"{GIVE_BACK}; rm /etc/repmgr.common.conf"),
    "the service is commanded by pg_ctlcluster": (
        "pg3", f"""{KEEP}; sed -i -E "s#^service_(start|stop|restart|reload)_command=.*#service_\\1_command='sudo /usr/bin/pg_ctlcluster {pg_major} main \\1'#" {CONF}
        echo 'postgres ALL=(root) NOPASSWD: /usr/bin/pg_ctlcluster {pg_major} main *' > /etc/sudoers.d/ctlcluster; chmod 440 /etc/sudoers.d/ctlcluster; systemctl restart repmgrd""",
        f"rm /etc/sudoers.d/ctlcluster; {GIVE_BACK}"),
    # As after an update of the C library: each connection begins with a warning.
    "databases have collations of another version": (
        "pg1", sql("UPDATE pg_database SET datcollversion = '1.0';"), sql("UPDATE pg_database SET datcollversion = pg_database_collation_actual_version(oid);")),
}

# What has to be named: machine, what is done, what takes it back where the repair did not, the check, and the cause told first.
FAULTS = {
    "conninfo has hostaddr and no host": (
        "pg2", f"{KEEP}; sed -i \"s/host=pg2/hostaddr=$(getent ahostsv4 pg2 | awk '{{print $1; exit}}')/\" {CONF}; systemctl restart repmgrd", GIVE_BACK,
        "repmgr-conf-names-node", "conninfo-without-host"),
    "sudo allows a command that it does not find": (
        "pg1", """printf 'Defaults:postgres secure_path="/usr/local/sbin:/usr/local/bin"\\n' > /etc/sudoers.d/path; chmod 440 /etc/sudoers.d/path""", "rm -f /etc/sudoers.d/path",
        "postgres-sudo", "sudo-finds-no-program"),
    "the daemon's log was rotated away": (
        "pg2", "cd /var/log/postgresql; mv repmgrd.log repmgrd.log.1; gzip repmgrd.log.1; install -o postgres -g postgres -m 640 /dev/null repmgrd.log",
        # What the daemon had written belongs to the course: the checks of the failovers read it.
        "cd /var/log/postgresql; systemctl restart repmgrd; zcat repmgrd.log.1.gz | cat - repmgrd.log > both; cat both > repmgrd.log; rm both repmgrd.log.1.gz",
        "repmgrd-has-its-files", "repmgrd-log-gone"),
    "a setting ends every session": (
        "pg2", sql("ALTER SYSTEM SET local_preload_libraries = 'repmgr'; SELECT pg_reload_conf();"),
        f"sed -i /local_preload/d {pg.data}/postgresql.auto.conf; systemctl reload {SERVER}", "server-lets-postgres-in", "login-setting-in-the-way"),
    "the extension's function is not in the library": (
        "pg1", sql("SET allow_system_table_mods = on; UPDATE pg_proc SET prosrc = 'no_such_function' WHERE proname = 'get_upstream_last_seen';", "repmgr"),
        sql("SET allow_system_table_mods = on; UPDATE pg_proc SET prosrc = 'repmgr_get_upstream_last_seen' WHERE proname = 'get_upstream_last_seen';", "repmgr"), "repmgr-functions-answer", "repmgr-library-of-another-release"),
    "names of repmgr 3": (
        "pg2", f"{KEEP}; printf 'cluster=test\\nnode=2\\n' >> {CONF}; systemctl restart repmgrd", GIVE_BACK, "repmgr-conf-readable", "repmgr-conf-old-name"),
    "a setting by ALTER SYSTEM": (
        "pg1", sql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();"),
        sql("ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf();"), "settings-in-force", "setting-wrong"),
    "a recovery target by ALTER SYSTEM": (
        "pg2", sql("ALTER SYSTEM SET recovery_target_timeline = 'current';"),
        sql("ALTER SYSTEM RESET recovery_target_timeline;"), "settings-on-running-standby", "setting-wrong"),
    "the number of the next election is gone": (
        "pg1", sql("TRUNCATE repmgr.voting_term;", "repmgr"), f"su postgres -c 'repmgr -f {CONF} primary register --force'", "primary-registered", "voting-term-gone"),
    "a key is broken over two lines": (
        "pg3", "cd ~postgres/.ssh; cp -p authorized_keys /root/keys; fold -w 76 /root/keys > authorized_keys", "cp -p /root/keys ~postgres/.ssh/authorized_keys",
        "postgres-logs-in", "key-line-broken"),
    "another rule of sudo comes last": (
        "pg2", "echo '%postgres ALL=(ALL:ALL) ALL' > /etc/sudoers.d/zz-dba; chmod 440 /etc/sudoers.d/zz-dba", "rm -f /etc/sudoers.d/zz-dba",
        "postgres-sudo", "sudo-rule-asks-for-password"),
    "the server was killed": (
        "pg2", f"kill -9 $(head -n 1 {pg.data}/postmaster.pid); until systemctl is-failed -q {SERVER}; do sleep 1; done", f"systemctl start {SERVER}", "standby-runs", "server-killed"),
    "repmgr's ssh goes to another port": (
        "pg3", f"{KEEP}; sed -i \"s/^ssh_options.*/ssh_options='-q -p 2222'/\" {CONF}; systemctl restart repmgrd", GIVE_BACK, "repmgr-conf-complete", "ssh-options-hinder"),
}


def red(verdicts):
    return [verdict for verdict in verdicts.values() if verdict["verdict"] != "passed" and not verdict["blocked_by"]]


def look():
    status, _, verdicts = verify("--all")
    return status, verdicts


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_passes(cluster, name):
    machine, done, back = ALLOWED[name]
    console(machine, done)
    try:
        status, verdicts = look()
    finally:
        console(machine, back)
    assert status == 0, red(verdicts)
    assert look()[0] == 0


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_named_and_mended(cluster, name):
    machine, done, back, check, cause = FAULTS[name]
    console(machine, done)
    try:
        status, verdicts = look()
        told = red(verdicts)
        assert status == 1, told
        assert len(told) <= 2, told
        first = told[0]["causes"][0]
        assert (told[0]["check"], first["machine"], first["cause"]) == (check, machine, cause), told[0]
        went, typed = mended_as_printed(verdicts, look)
        assert went == "mended", (went, typed)
        assert typed == [cause], (went, typed)
    finally:
        console(machine, back)
    status, verdicts = look()
    assert status == 0, red(verdicts)
