"""Words that are wrong, and no machines yet: lab says what to do, and ends with a status that says so too."""
import os
import subprocess

from commands import LAB, lab


def test_usage_errors_end_with_2():
    for words in (["verify", "--stepp"], ["walk"], ["show", "nmaes"], ["verify", "--step", "nowhere"], ["--labs", "/nonexistent", "list"]):
        result = lab(*words)
        assert result.returncode == 2, (words, result.returncode, result.stderr)
        assert result.stderr
        assert "Fatal error" not in result.stderr


def test_without_machines_and_without_a_terminal_lab_says_what_to_do(tmp_path):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "s"), "XDG_CONFIG_HOME": str(tmp_path / "c")}
    result = subprocess.run([LAB], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=20)
    assert result.returncode == 2
    assert "lab sandbox up" in result.stderr


def test_without_machines_it_says_how_to_get_some(tmp_path):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    result = lab("doctor", env=environment)
    assert result.returncode == 0, result.stdout
    assert "lab sandbox up" in result.stdout, result.stdout
    nowhere = lab("doctor", "--labs", "/nonexistent", env=environment)
    assert nowhere.returncode == 1
    assert "The course cannot be read" in nowhere.stdout
