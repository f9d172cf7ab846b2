"""Completion in bash, zsh and fish: names of the course that is there, from nothing but its files."""
import os
import subprocess

import pexpect
import pytest

from commands import LAB, lab

CLASS = """
format: 1
class: autumn
lab: postgresql-cluster
platform: debian13
defaults: {user: student}
machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: "10.0.{{n}}.13", pg_witness: "10.0.{{n}}.14"}
students: [ada, grace, linus]
"""
# What is typed, and what must be among the names that are offered.
CASES = [
    ("lab ver", {"verify"}),
    ("lab verify --step ", {"names", "trust", "acceptance"}),
    ("lab again na", {"names"}),
    ("lab show slot-m", {"slot-missing"}),
    ("lab drill ", {"1", "12"}),
    ("lab drill slot-d", {"slot-dropped"}),
    ("lab sandbox ssh ", {"pg1", "pg_witness"}),
    ("lab sandbox power pg1 ", {"on", "off", "pause"}),
    ("lab verify --platform deb", {"debian12", "debian13"}),
    ("lab verify --lab ", {"postgresql-cluster"}),
    ("lab verify --class class.yaml --student ", {"ada", "grace", "linus"}),
    ("lab verify --class missing.yaml --student ", set()),
    ("lab verify --labs /nowhere --checks /nowhere --step ", set()),
    ("lab replay co", {"course"}),
    ("lab new check x --step na", {"names"}),
    ("lab new check x --library rep", {"repmgr", "replication"}),
    ("lab new drill x --check slot", {"slot-in-use"}),
    ("lab new drill x --cause slot-m", {"slot-missing"}),
    ("lab new platform x --like deb", {"debian12", "debian13"}),
    ("lab report --for", {"--format"}),
    ("lab report --format mo", {"moodle"}),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with lab on the path, the completion of each shell, and a class."""
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        done = lab("--generate-completion-script", shell)
        assert done.returncode == 0, done.stderr
        (folder / ("_lab" if shell == "zsh" else f"lab.{shell}")).write_text(done.stdout)
    (folder / "class.yaml").write_text(CLASS)
    (folder / "bin").mkdir()
    (folder / "bin/lab").symlink_to(LAB)
    return folder


def environment(place):
    """Nothing to connect to: no machines, and an agent and a network that would be heard of."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    path = f"{place / 'bin'}:{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return {**kept, "PATH": path, "HOME": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def bash(place, line):
    """What bash's completion function offers for a line, as the shell itself calls it."""
    words = line.split(" ")
    script = f"""
        source lab.bash
        COMP_WORDS=({' '.join(f"'{word}'" for word in words)}); COMP_CWORD={len(words) - 1}
        COMP_LINE='{line}'; COMP_POINT={len(line)}; COMP_TYPE=9; COMP_KEY=9
        _lab lab '{words[-1]}' '{words[-2]}'
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    return subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, cwd=place, env=environment(place), timeout=60)


@pytest.mark.parametrize("line, expected", CASES)
def test_bash_offers_names(place, line, expected):
    done = bash(place, line)
    offered = {word.strip() for word in done.stdout.splitlines()} - {""}
    assert done.stderr == ""
    assert expected <= offered, offered
    if not expected:
        assert offered == set()


def test_fish_reads_its_completion(place):
    """Names are asked for only where a person types: fish has no command line elsewhere."""
    read = subprocess.run(["fish", "--no-execute", "lab.fish"], capture_output=True, text=True, cwd=place, env=environment(place), timeout=60)
    assert read.returncode == 0 and read.stderr == ""
    # A tab parts a name from what it is about.
    words = ["---completion", "again", "--", "positional@0", "2", "0", "lab", "again", ""]
    done = subprocess.run([LAB, *words], capture_output=True, text=True, env={**environment(place), "SAP_SHELL": "fish"}, timeout=60)
    assert "names" in [line.split("\t")[0] for line in done.stdout.splitlines()], done.stdout + done.stderr


@pytest.mark.parametrize("typed, whole", [
    ("lab verify --step wel", "lab verify --step welcome"), ("lab show slot-mis", "lab show slot-missing"), ("lab drill slot-dr", "lab drill slot-dropped"),
    ("lab sandbox ssh pg_", "lab sandbox ssh pg_witness"),
])
def test_zsh_completes_a_word(place, typed, whole):
    shell = pexpect.spawn("zsh", ["-f", "-i"], cwd=str(place), env=environment(place), encoding="utf-8", dimensions=(40, 200), timeout=120)
    shell.sendline("unsetopt zle_bracketed_paste prompt_sp; PROMPT='READY> '; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; echo GO''NE")
    shell.expect("GONE")
    shell.expect("READY> ")
    shell.send(typed + "\t")
    shell.expect_exact(whole.removeprefix(typed) + " ")
    shell.close(force=True)


def test_nothing_is_asked_of_a_machine(place, tmp_path):
    """No socket is opened, and no program started."""
    traced = tmp_path / "trace"
    words = ["---completion", "verify", "--", "--step", "3", "0", "lab", "verify", "--step", ""]
    done = subprocess.run(["strace", "-f", "-e", "trace=connect,socket,execve", "-o", traced, LAB, *words], capture_output=True, text=True,
                          env={**environment(place), "SAP_SHELL": "bash"}, timeout=60)
    assert done.returncode == 0 and "names" in done.stdout.split(), done.stdout + done.stderr
    calls = [line for line in traced.read_text().splitlines() if "execve(" in line or "connect(" in line or "socket(" in line]
    assert len(calls) == 1, calls
