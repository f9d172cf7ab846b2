"""Words that are wrong, and no machines yet: lab says what to do, and ends with a status that says so too."""
import os
import shutil
import subprocess

from commands import LAB, lab
from course_files import COURSE, ROOT


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


def test_a_start_lints_nothing_and_needs_no_cache(tmp_path):
    """What only lint finds is lint's to say: reading a course for it at each start was most of a start."""
    shutil.copytree(COURSE, tmp_path / "labs/postgresql-cluster")
    step = next((tmp_path / "labs/postgresql-cluster/steps").glob("*names.yaml"))
    step.write_text(step.read_text().replace("\nteach: |\n", "\nteach: |\n  {{nothing.is_here}}\n\n", 1))
    words = ["--labs", str(tmp_path / "labs"), "--checks", str(ROOT / "checks")]
    found = lab("lint", *words)
    assert found.returncode == 2 and "there is no value 'nothing.is_here'" in found.stdout + found.stderr
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = (lab("list", *words, env=environment) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout == second.stdout
    assert "Every machine knows its name" in first.stdout
    # What changed since is read anew, and where nothing can be kept everything is read.
    step.write_text(step.read_text().replace("title: Every machine", "title: Each machine", 1))
    for cache in (tmp_path / "cache", "/proc/nowhere"):
        changed = lab("list", *words, env={**os.environ, "XDG_CACHE_HOME": str(cache)})
        assert "Each machine knows its name" in changed.stdout, changed.stderr
    # A file of a course that cannot be read is named at once.
    step.write_text(step.read_text().replace("title: Each", "tilte: Each", 1))
    broken = lab("list", *words, env=environment)
    assert broken.returncode == 2 and "unknown key 'tilte'" in broken.stderr
