"""`make install` leaves a lab that works where there is no source tree."""
import os
import subprocess

from course_files import ROOT



def make(*words):
    return subprocess.run(["make", "-C", ROOT, f"LAB={os.environ['LAB_PROGRAM']}", *words], capture_output=True, text=True, timeout=120)


def test_what_is_installed_finds_its_course(tmp_path):
    prefix, elsewhere = tmp_path / "a prefix", tmp_path / "elsewhere"
    stale = prefix / "share/lab/labs/stale"
    stale.mkdir(parents=True)
    elsewhere.mkdir()
    done = make("install", f"PREFIX={prefix}")
    assert done.returncode == 0, done.stderr
    assert not stale.exists()
    environment = {key: value for key, value in os.environ.items() if key != "LAB_PATH"}
    environment |= {"PATH": f"{prefix}/bin:{environment['PATH']}", "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    for words, expected in [(["list"], "postgresql-cluster:"), (["lint"], "nothing to complain about"), (["replay", "--list"], "course")]:
        said = subprocess.run(["lab", *words], capture_output=True, text=True, cwd=elsewhere, env=environment, timeout=60)
        assert said.returncode == 0, said.stdout + said.stderr
        assert expected in said.stdout, said.stdout + said.stderr
    # Its symbols are beside it, where a debugger looks for them.
    installed, symbols = prefix / "bin/lab", prefix / "bin/.debug/lab.debug"
    sections = subprocess.run(["objdump", "-h", str(installed)], capture_output=True, text=True).stdout
    assert ".gnu_debuglink" in sections and ".debug_info" not in sections and symbols.exists()
    assert installed.stat().st_size < 0.7 * os.stat(os.environ["LAB_PROGRAM"]).st_size
    for name in ("build-image", "customize"):
        assert (prefix / "share/lab/sandbox" / name).exists()
    for name in ("sandbox.yaml", "debian13/packages", "rocky9/build"):
        assert (prefix / "share/lab/labs/postgresql-cluster/sandbox" / name).exists()
    # Nothing of it stays, and nothing of others goes.
    other = prefix / "share/man/man1/lab-rat.1"
    other.write_text(".TH lab-rat 1\n")
    assert make("uninstall", f"PREFIX={prefix}").returncode == 0
    assert [path for path in prefix.rglob("*") if not path.is_dir()] == [other]
    assert not symbols.parent.exists() and not (prefix / "share/lab").exists()
