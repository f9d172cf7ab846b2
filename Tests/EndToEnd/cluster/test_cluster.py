"""The rest of the course on the same machines: from the settings to the failovers and the restore."""
import re

import pytest
from commands import console, lab, verify
from platform_values import pg, repmgr
from walks import LATER_STEPS, proofs

# The cluster as the walk has left it comes first.
pytestmark = pytest.mark.turn(-1)


def test_every_step_to_the_acceptance_is_proved(cluster):
    rows = proofs(cluster.stdout)
    assert list(rows) == LATER_STEPS
    for step, row in rows.items():
        red, green = row["red"].split("/"), row["green"].split("/")
        assert row["proved"], (step, row)
        assert red[0] == red[1], (step, row)
        assert green[0] == green[1], (step, row)


def test_everything_holds_at_the_end_and_until_is_respected(cluster):
    status, report, verdicts = verify("--all")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    checks = {check for check, _ in verdicts}
    assert "standby-empty" not in checks, "they say until:, and the student is past that"
    assert "primary-is-pg1" not in checks, "they say until:, and the student is past that"
    assert report["students"][0]["step"] is None


def test_no_password_is_in_what_lab_wrote_down(cluster):
    password = console("pg1", f"cut -d : -f 5 {pg.home}/.pgpass | head -n 1").strip()
    assert len(password) == 24
    assert password not in cluster.stdout + cluster.stderr
    recorded = lab("record", "/dev/stdout", timeout=60)
    assert recorded.returncode == 0
    assert password not in recorded.stdout


# name, machine, what breaks it, what mends it, the verdict that has to fail, the cause that has to come first and where
FAULTS = [
    ("paused daemons", "pg1", f"su - postgres -c 'repmgr -f {repmgr.conf} service pause'", f"su - postgres -c 'repmgr -f {repmgr.conf} service unpause'",
     ("repmgrd-not-paused", "pg1"), "paused", "pg1"),
    ("daemon stopped", "pg3", "systemctl stop repmgrd", "systemctl start repmgrd", ("repmgrd-runs", "pg3"), "repmgrd-not-started", "pg3"),
    ("a line of pg_hba.conf is wrong", "pg1", f"echo 'host all all samenet scram-sha256' >> {pg.hba}; systemctl reload {pg.service}",
     f"sed -i '$d' {pg.hba}; systemctl reload {pg.service}", ("access-rules-loaded", "pg1"), "access-line-wrong", "pg1"),
    ("password file readable for others", "pg2", "chmod 644 ~postgres/.pgpass", "chmod 600 ~postgres/.pgpass",
     ("password-file", "pg2"), "password-file-open", "pg2"),
    ("node_id of another machine", "pg3", f"sed -i 's/^node_id=3/node_id=2/' {repmgr.conf}", f"sed -i 's/^node_id=2/node_id=3/' {repmgr.conf}; systemctl restart repmgrd",
     ("repmgr-conf-names-node", "pg3"), "node-id-wrong", "pg3"),
    ("settings changed and only reloaded", "pg1", f"sed -i 's/^max_wal_senders.*/max_wal_senders = 12/' {pg.settings}; systemctl reload {pg.service}",
     f"sed -i 's/^max_wal_senders.*/max_wal_senders = 10/' {pg.settings}; systemctl reload {pg.service}",
     ("settings-readable", "pg1"), "settings-pending", "pg1"),
    ("replication slot dropped", "pg1",
     # The walreceiver connects again at once, so the slot may be in use again before it is dropped.
     "until su - postgres -c \"psql -qAtc \\\"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'repmgr_slot_3'\\\" -c \\\"SELECT pg_drop_replication_slot('repmgr_slot_3')\\\"\"; do sleep 0.2; done",
     "su - postgres -c \"psql -qAtc \\\"SELECT pg_create_physical_replication_slot('repmgr_slot_3')\\\"\"", ("standby-streams", "pg3"), "slot-missing", "pg1"),
    ("replay paused", "pg2", "su - postgres -c \"psql -qAtc 'SELECT pg_wal_replay_pause()'\"; su - postgres -c \"psql -qAt -h pg1 -U repmgr -d labdb -c 'INSERT INTO notes (body) VALUES (1)'\"",
     "su - postgres -c \"psql -qAtc 'SELECT pg_wal_replay_resume()'\"", ("notes-arrive", "pg2"), "replay-paused", "pg2"),
    ("a forgotten cut", "pg3", "nft add table inet lab", "nft delete table inet lab", ("no-cut-left", "pg3"), "cut-forgotten", "pg3"),
    ("the backup was touched", "pg_witness", "echo x >> ~postgres/backup/base/PG_VERSION", "sed -i '$d' ~postgres/backup/base/PG_VERSION",
     ("base-backup-whole", "pg_witness"), "base-backup-changed", "pg_witness"),
]


@pytest.mark.parametrize("name, machine, broken, mended, verdict, cause, where", FAULTS, ids=[f[0] for f in FAULTS])
def test_a_fault_is_named(cluster, name, machine, broken, mended, verdict, cause, where):
    console(machine, broken)
    try:
        status, _, verdicts = verify("--all")
        found = verdicts[verdict]
        assert status == 1, (found, [v for v in verdicts.values() if v["verdict"] == "failed"])
        assert found["verdict"] == "failed", (found, [v for v in verdicts.values() if v["verdict"] == "failed"])
        assert found["causes"], found
        assert (found["causes"][0]["cause"], found["causes"][0]["machine"]) == (cause, where), found["causes"]
    finally:
        console(machine, mended)
    status, _, verdicts = verify("--all")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]


def test_what_an_early_step_would_destroy_by_now_is_said_and_not_typed(cluster, start):
    lab = start()
    lab.prompt()
    lab.enter("goto install")
    for _ in range(3):
        lab.enter("hint", seconds=60)
    assert re.search(r"Not any more: 'find -delete' deletes files, and pg2, pg3 have gone past step install", " ".join(lab.text().split())), lab.text()[-2000:]
    lab.enter("run pg2", seconds=60)
    assert "lab does not type this" in lab.text(), lab.text()[-2000:]
    # Nothing of the step was typed, not even what comes before.
    assert console("pg2", f"systemctl is-active {pg.service}").strip() == "active"


def test_the_handout_has_every_step(cluster):
    handout = lab("show", "--all", "--format", "markdown")
    assert handout.returncode == 0
    for step in LATER_STEPS:
        assert f"lab verify --step {step}" in handout.stdout
    assert "{{" not in handout.stdout
    assert lab("show", "--all", "--format", "markdown", "--platform", "rocky9", "--environment", "virtualbox").returncode == 0
