"""The last loss of a primary, told from the logs of all daemons: as it went, and why nobody took over when all were paused."""
import json
import re
import time

import pytest
from commands import console, lab
from platform_values import pg, repmgr


def told():
    """lab why as a document, and its exit status."""
    result = lab("why", "--format", "json")
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return result.returncode, json.loads(result.stdout)


def ask(query):
    result = lab("sql", query, "--format", "json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["rows"]


def until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(1)


# Before other tests make losses of their own: what is told is the last one.
@pytest.mark.turn(-1)
def test_who_took_over_is_who_repmgr_says(cluster):
    status, account = told()
    planned = re.fullmatch(r"nobody had to decide\. It was a switchover: somebody gave the role of (\w+) to (\w+)\.", account["decided"] or "")
    if planned:
        # The course ends with a switchover, which a daemon sees if it looks at the right second.
        assert status == 0, account
        assert ask("SELECT machine FROM server_role WHERE role = 'primary' AND machine <> 'pg_witness'") == [[planned[2]]]
        return
    (winner,), = ask("SELECT f.machine FROM (SELECT node, max(number) FROM current_primary_repmgr_event WHERE event = 'repmgrd_failover_promote'"
                     " AND is_successful) e JOIN figure f ON f.name = 'node_id' AND CAST(f.value AS INTEGER) = e.node")
    assert status == 0, account
    assert account["decided"].startswith(f"{winner} took over from "), account["decided"]
    moments = [(moment["machine"], moment["said"]) for moment in account["moments"]]
    times = [moment["at"] for moment in account["moments"]]
    assert times == sorted(times)
    own = [said for machine, said in moments if machine == winner]
    order = ["loses sight of", "gives ", "has won", "the promotion succeeded"]
    places = [next(place for place, said in enumerate(own) if words in said) for words in order]
    assert places == sorted(places), own
    assert account["unknown"] == []


def test_a_pause_is_what_stopped_it(cluster):
    (primary,), = ask("SELECT machine FROM server_role WHERE role = 'primary' AND machine <> 'pg_witness'")
    others = [name for name in ("pg1", "pg2", "pg3") if name != primary]
    command = f"su postgres -c '{repmgr.program} -f {repmgr.conf} service {{}}'"
    lines = {name: int(console(name, f"wc -l < {repmgr.log}")) for name in others}
    console(primary, command.format("pause"))
    try:
        console(primary, f"systemctl stop {pg.service}")
        until(lambda: all("is paused" in console(name, f"tail -n +{lines[name] + 1} {repmgr.log}") for name in others))
        status, account = told()
        assert status == 1
        (cause,) = account["verdict"]["causes"]
        assert cause["cause"] == "paused-at-loss"
        assert cause["because"] == f"The daemons on {' and '.join(others)} were paused when {primary} was lost."
        for name in others:
            assert (name, "is paused, and decides nothing") in [(moment["machine"], moment["said"]) for moment in account["moments"]]
    finally:
        console(primary, f"systemctl start {pg.service}")
        until(lambda: "accepting" in console(primary, f"{pg.bin}/pg_isready || :"))
        console(primary, command.format("unpause"))
    # The same loss, after the primary is back: it is still why nobody took over.
    until(lambda: all("reconnected to upstream" in console(name, f"tail -n 5 {repmgr.log}") for name in others))
    status, account = told()
    assert (status, account["verdict"]["causes"][0]["cause"]) == (1, "paused-at-loss")
