"""Longer proofs, run by 'make prove': ways in which the primary can die, and who has to take over."""
import time

import pytest
from commands import SANDBOX, console, lab, sandbox, verify
from platform_values import pg, repmgr

RW = "host=pg2,pg3 user=repmgr dbname=repmgr target_session_attrs=read-write connect_timeout=2"
STOP = f"systemctl stop {pg.service}"
KILL = f"kill -9 $(head -n 1 {pg.data}/postmaster.pid)"


@pytest.fixture(scope="module")
def made():
    sandbox("reset", *SANDBOX)
    yield
    sandbox("down")


@pytest.fixture
def cluster(made):
    """A whole cluster as at the start of step failover."""
    result = lab("sandbox", "reset", "--to", "failover", timeout=1200)
    assert result.returncode == 0, result.stderr
    # Both standbys have reported for ten seconds: the daemons have settled after the boot.
    settled = ("SELECT count(*) FROM (SELECT FROM repmgr.monitoring_history WHERE last_monitor_time > now() - interval '12 s' "
               "GROUP BY standby_node_id HAVING max(last_monitor_time) - min(last_monitor_time) > interval '8 s') AS s")
    deadline = time.monotonic() + 120
    while console("pg1", f'su - postgres -c "psql -Atd repmgr -c \\"{settled}\\""').strip() != "2":
        assert time.monotonic() < deadline, "the daemons did not settle"
        time.sleep(1)


def promoted(seconds=120):
    """Who takes writes after pg1, and after how long."""
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        query = "SELECT node_name FROM repmgr.nodes WHERE type = 'primary' AND active AND node_id <> 1"
        result = lab("sandbox", "console", "pg_witness", "--", "su", "-", "postgres", "-c", f'psql -wAt "{RW}" -c "{query}"')
        if result.stdout.strip():
            return result.stdout.strip(), time.monotonic() - start
        time.sleep(0.5)
    return None, seconds


def event_check():
    _, report, verdicts = verify("--step", "failover")
    return verdicts["highest-priority-promoted", None]


@pytest.mark.parametrize("death", ["clean stop", "kill -9", "power cut"])
def test_pg2_takes_over_by_priority(cluster, death):
    if death == "power cut":
        sandbox("power", "pg1", "off")
    else:
        console("pg1", STOP if death == "clean stop" else KILL)
    who, seconds = promoted()
    print(f"{death}: {who} after {seconds:.1f} s")
    log = console("pg2", f"cat {repmgr.log}") + console("pg3", f"cat {repmgr.log}")
    # Received WAL decides before priority: after a crash pg3 may be ahead by the last record.
    assert who == "pg2" or (death != "clean stop" and who == "pg3" and "is ahead of current candidate" in log), log[-3000:]
    assert event_check()["verdict"] == "passed"


def test_pg3_takes_over_while_pg2_stands_still(cluster):
    sandbox("power", "pg2", "pause")
    console("pg1", STOP)
    who, seconds = promoted()
    print(f"pg2 paused: {who} after {seconds:.1f} s")
    assert who == "pg3"
    sandbox("power", "pg2", "resume")
    assert event_check()["verdict"] == "failed"


def test_pg3_takes_over_where_pg2_has_priority_zero(cluster):
    console("pg2", f"sed -i 's/^priority=.*/priority=0/' {repmgr.conf}; su - postgres -c 'repmgr -f {repmgr.conf} standby register --force'; systemctl restart repmgrd; "
            # The election uses the registered number. The file is right again, so that it is not the file that is told.
            f"sed -i 's/^priority=.*/priority=80/' {repmgr.conf}")
    time.sleep(12)
    console("pg1", STOP)
    who, seconds = promoted()
    print(f"pg2 with priority 0: {who} after {seconds:.1f} s")
    assert who == "pg3"
    verdict = event_check()
    assert verdict["verdict"] == "failed", verdict
    assert verdict["causes"][0]["cause"] == "preferred-has-priority-zero", verdict
    assert verdict["causes"][0]["machine"] == "pg2"


def test_nobody_takes_over_while_the_daemons_are_paused(cluster):
    console("pg1", f"su - postgres -c 'repmgr -f {repmgr.conf} service pause'")
    console("pg1", STOP)
    who, _ = promoted(45)
    assert who is None
    console("pg1", f"systemctl start {pg.service}")
    _, _, verdicts = verify("--step", "failover")
    found = verdicts["failed-over", None]
    assert found["verdict"] == "failed", found
    assert found["causes"][0]["cause"] == "daemons-paused", found
