"""What lab reads out of a daemon's log: from real logs, and from any part of them in any state."""
import random
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from course_files import ROOT

LOGS = sorted((ROOT / "Tests/Fixtures/logs").glob("*.log"))
PROBE = next(table for table in yaml.safe_load((ROOT / "checks/repmgr/facts.yaml").read_text())["tables"] if table["table"] == "repmgrd_moment")["sh"]


def rows(log, node=2):
    """The rows of the probe for a log: lists of their columns."""
    script = PROBE.replace("{{repmgr.log}}", str(log)).replace("{{machine.node_id}}", str(node)).replace("pgrep -x repmgrd", "true")
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, errors="replace", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"})
    assert result.returncode == 0 and result.stderr == "", result.stderr
    return [line.split("\t") for line in result.stdout.split("\n") if line]


def kinds(log, node=2):
    return [row[3] for row in rows(log, node)]


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_real_log_is_read_as_it_was_written(log):
    expected = (log.with_suffix(".kinds")).read_text().split()
    assert kinds(log, int(re.search(r"node(\d)", log.stem)[1])) == expected


def test_only_the_last_loss_counts(tmp_path):
    first, second = (log.read_text() for log in LOGS[:2])
    both = tmp_path / "repmgrd.log"
    both.write_text(first + second)
    assert kinds(both, 2).count("quiet") == 0
    alone = tmp_path / "alone.log"
    alone.write_text(second)
    assert kinds(both, 2)[-3:] == kinds(alone, 2)[-3:]


def test_any_part_of_a_log_gives_whole_rows(tmp_path):
    """A log may begin anywhere, end in a line, repeat itself and hold bytes of no encoding."""
    text = "".join(log.read_text() for log in LOGS).encode()
    chance = random.Random(1)
    for round in range(40):
        start = chance.randrange(len(text))
        part = bytearray(text[start:start + chance.randrange(1, 60000)] * chance.choice([1, 1, 9]))
        for _ in range(chance.randrange(30)):
            part[chance.randrange(len(part))] = chance.randrange(256)
        log = tmp_path / f"{round}.log"
        log.write_bytes(part)
        read = rows(log)
        assert len(read) <= 302
        for row in read:
            assert len(row) == 7 and row[0] == "+", row
            assert re.fullmatch(r"\d+|\\N", row[2]) and re.fullmatch(r"\d+|\\N", row[4]), row


def test_no_secret_is_read(tmp_path):
    log = tmp_path / "repmgrd.log"
    log.write_text('[2026-11-30 10:00:00] [WARNING] unable to connect to upstream node "pg1" (ID: 1)\n'
                   '[2026-11-30 10:00:01] [ERROR] cannot use conninfo host=pg1 password=hunter2\n')
    assert "hunter2" not in str(rows(log))
