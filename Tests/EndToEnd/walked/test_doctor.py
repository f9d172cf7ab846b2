"""lab doctor: on a computer that is ready, and on ones where something is missing."""
import re

from commands import lab


def test_a_computer_that_is_ready(walked):
    result = lab("doctor")
    assert result.returncode == 0, result.stdout
    assert "Nothing is missing." in result.stdout, result.stdout
    for machine in ("pg1", "pg2", "pg3", "pg_witness"):
        assert re.search(rf"^✓ {machine} lets student in \(\d+ ms\)", result.stdout, re.M), result.stdout
    assert "The 4 practice machines are running." in result.stdout
    assert "\x1b" not in result.stdout


def test_what_is_missing_is_told_with_what_to_do(walked, inventory, tmp_path):
    text = open(inventory).read()
    broken = tmp_path / "own.yaml"
    broken.write_text(re.sub(r"(pg2: .*port: )\d+", r"\g<1>1", re.sub(r"known_hosts: .*", f"known_hosts: '{tmp_path}/none'", text)).replace(
        "identity: '", f"identity: '{tmp_path}/").replace("environment: sandbox", "environment: own"))
    result = lab("doctor", "--machines", str(broken))
    assert result.returncode == 1, result.stdout
    assert "Something is missing" in result.stdout, result.stdout
    assert re.search(r"^✗ pg2: .*refuses connections", result.stdout, re.M), result.stdout
    assert "is not there" in result.stdout, result.stdout
    assert not (tmp_path / "none").exists(), "nothing is trusted by itself"
