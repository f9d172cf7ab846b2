"""The gradebook, in a PostgreSQL server of its own on loopback."""
import json
import os
import random
import re
import signal
import string
import subprocess
import time

import pytest

import class_reports
import loopback_class
import postgresql_server
from commands import LAB
from course_files import FIXTURES, ROOT


# A course of five steps: what counts here is students.
STEPS = dict(list(class_reports.course().items())[:5])


@pytest.fixture(scope="module")
def server():
    server = postgresql_server.Server()
    yield server
    server.end()


@pytest.fixture
def home(server, tmp_path):
    """An empty gradebook and a state folder of its own: runs lab report there."""
    server.sql("DROP SCHEMA IF EXISTS lab CASCADE")
    environment = dict(os.environ, PGPASSFILE=server.passwords, XDG_STATE_HOME=str(tmp_path / "state"))

    def report(*words, **more):
        return subprocess.run([LAB, "report", *words], capture_output=True, text=True, env={**environment, **more}, timeout=120, stdin=subprocess.DEVNULL)

    report.environment = environment
    report.kept = tmp_path / "state/lab/gradebook"
    report.folder = tmp_path
    return report


def stored(home, server, *words):
    """A report out of the store, as JSON."""
    result = home("--store", server.address, "--format", "json", *words)
    assert result.returncode in (0, 1, 3), result.stderr
    return json.loads(result.stdout)


def test_a_run_comes_back_as_it_went_in(home, server):
    value = class_reports.thirty(hostile=True, complete=False)
    file = class_reports.write(home.folder / "class.json", value)
    result = home(file, "--store", server.address, "--format", "json")
    assert result.returncode == 0, result.stderr
    assert "The gradebook has it" in result.stderr, result.stderr
    back = stored(home, server)
    # NUL is the one character that PostgreSQL's texts cannot hold.
    told = json.loads(json.dumps(json.loads(result.stdout)).replace("\\u0000", "\\ufffd"))
    assert back == told
    assert not list(home.kept.glob("*.run"))
    # Points as in the views and as in the report.
    views = dict(server.sql("SELECT student, points FROM lab.progress"))
    rows = home("--store", server.address, "--moodle").stdout
    assert f'{float(views["ada"]):g}' in rows.splitlines()[1].split(",")


def test_a_service_and_a_password_file_are_enough(home, server, tmp_path):
    services = tmp_path / "services"
    services.write_text(f"[grades]\nhost=127.0.0.1\nport={server.port}\nuser=lab\ndbname=course\n")
    file = class_reports.write(tmp_path / "one.json", class_reports.report([class_reports.student("me", 4)]))
    result = home(file, "--store", "grades", PGSERVICEFILE=str(services))
    assert "The gradebook has it" in result.stderr, result.stderr
    assert home("--store", "grades", "--runs", PGSERVICEFILE=str(services)).stdout.count("complete") == 1


def test_passwords_are_refused_and_missing_ones_explained(home, server, tmp_path):
    file = class_reports.write(tmp_path / "one.json", class_reports.report([class_reports.student("me", 4)]))
    result = home(file, "--store", f"postgresql://lab:hush-hush@127.0.0.1:{server.port}/course")
    assert result.returncode == 2
    assert "PGPASSFILE" in result.stderr
    assert "hush" not in result.stdout + result.stderr
    result = home("--store", server.address, PGPASSFILE="/nonexistent")
    assert result.returncode == 2
    assert "~/.pgpass" in result.stderr
    (kept,) = [home(file, "--store", server.address, PGPASSFILE="/nonexistent")]
    assert "is kept in" in kept.stderr
    for path in home.kept.glob("*"):
        assert "secret" not in path.read_text()
        assert (path.stat().st_mode & 0o077) == 0


def test_what_the_server_missed_is_sent_the_next_time(home, server, tmp_path):
    files = [class_reports.write(tmp_path / f"{n}.json", class_reports.report([class_reports.student(f"s{n}", 4)])) for n in range(2)]
    server.stop()
    try:
        result = home(files[0], "--store", server.address)
        assert result.returncode == 0
        assert "is kept in" in result.stderr
    finally:
        server.start()
    assert len(list(home.kept.glob("*.run"))) == 1
    assert "The gradebook has it" in home(files[1], "--store", server.address).stderr
    assert not list(home.kept.glob("*.run"))
    assert server.sql("SELECT student FROM lab.progress ORDER BY 1") == [["s0"], ["s1"]]
    assert server.sql("SELECT count(*) FROM lab.run WHERE complete") == [["2"]]
    assert len(stored(home, server)["students"]) == 1
    assert [s["student"] for s in stored(home, server, "--now")["students"]] == ["s0", "s1"]


def test_a_server_that_dies_in_the_middle_loses_nothing(home, server, tmp_path):
    value = class_reports.report([class_reports.student(f"s{n}", 4, steps=STEPS) for n in range(150)])
    file = class_reports.write(tmp_path / "class.json", value)
    process = subprocess.Popen([LAB, "report", file, "--store", server.address, "--output", str(tmp_path / "out")], env=home.environment,
                               stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    wait_for(lambda: list(home.kept.glob("*.run")))
    server.stop()
    try:
        _, errors = process.communicate(timeout=120)
        assert "is kept in" in errors
    finally:
        server.start()
    assert [s["student"] for s in stored(home, server)["students"]] == [s["student"] for s in value["students"]]
    assert server.sql("SELECT complete, (SELECT count(*) FROM lab.verdict) FROM lab.run") == [["t", str(sum(len(s["verdicts"]) for s in value["students"]))]]


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)


def test_kill_9_at_any_moment_leaves_a_readable_store(home, server, tmp_path):
    """Killed at eight moments of a run: what is there is whole students, and the run counts as incomplete until it is all there."""
    value = class_reports.report([class_reports.student(f"s{n}", 4, steps=STEPS) for n in range(60)])
    file = class_reports.write(tmp_path / "class.json", value)
    each = len(value["students"][0]["verdicts"])
    home(file, "--store", server.address)

    def on_disk():
        # A last line without its end was never acknowledged.
        return sum(line.startswith('{"student"') for path in home.kept.glob("*.run") for line in path.read_text().split("\n")[:-1])

    def in_store():
        return int(server.sql("SELECT count(*) FROM lab.student")[0][0])

    # So many students on disk, or so many in the database.
    reached = [lambda: list(home.kept.glob("*.run")), lambda: on_disk() >= 1, lambda: on_disk() >= 30, lambda: on_disk() >= 59,
               lambda: server.sql("SELECT run FROM lab.run"), lambda: in_store() >= 1, lambda: in_store() >= 30, lambda: in_store() >= 51]
    moments = []
    for moment in reached:
        server.sql("TRUNCATE lab.run CASCADE")
        for left in home.kept.glob("*"):
            left.unlink()
        process = subprocess.Popen([LAB, "report", file, "--store", server.address, "--output", str(tmp_path / "out")], env=home.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while process.poll() is None and not moment():
            assert time.monotonic() < end
        process.send_signal(signal.SIGKILL)
        process.wait()
        runs = server.sql("SELECT complete FROM lab.run")
        assert len(runs) <= 1
        counts = server.sql("SELECT s.student, count(v.*) FROM lab.student s LEFT JOIN lab.verdict v USING (run, student) GROUP BY 1")
        assert all(count == str(each) for _, count in counts), counts
        complete = runs == [["t"]]
        assert not complete or len(counts) == 60
        moments.append((len(runs), len(counts), complete))
        # What is on disk is sent by whoever comes next, and the run stays marked unless its end had been written down.
        kept = [path.read_text() for path in home.kept.glob("*.run")]
        lines = on_disk()
        if runs or lines:
            back = stored(home, server)
            ended = complete or any('\n{"end"' in text for text in kept)
            assert back["complete"] == ended
            assert len(back["students"]) >= max(len(counts), lines)
            assert not list(home.kept.glob("*.run"))
    print(moments)
    assert any(runs and not complete for runs, _, complete in moments), f"never killed in the middle: {moments}"


def test_two_that_begin_at_once_make_one_schema(home, server, tmp_path):
    files = [class_reports.write(tmp_path / f"{n}.json", class_reports.report([class_reports.student(f"s{n}", 4)], shard=f"{n + 1}/4")) for n in range(4)]
    processes = [subprocess.Popen([LAB, "report", file, "--store", server.address], env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True, stdin=subprocess.DEVNULL) for file in files]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert all("The gradebook has it" in text for text in said), said
    assert server.sql("SELECT max(version), count(*) FROM lab.migration") == [["2", "2"]]
    assert len(stored(home, server, "--now")["students"]) == 4


def test_schemas_that_are_not_ours_are_left_alone(home, server):
    server.sql("CREATE SCHEMA lab; CREATE TABLE lab.mine (a int)")
    result = home("--store", server.address)
    assert result.returncode == 2
    assert "that lab did not make" in result.stderr
    server.sql("DROP SCHEMA lab CASCADE")
    script = subprocess.run([LAB, "schema", "--gradebook"], capture_output=True, text=True, check=True).stdout
    server.sql(script + "INSERT INTO lab.migration VALUES (99); GRANT USAGE ON SCHEMA lab TO lab; GRANT ALL ON ALL TABLES IN SCHEMA lab TO lab")
    result = home("--store", server.address)
    assert result.returncode == 2
    assert "newer lab" in result.stderr


def test_the_views_tell_progress_time_and_causes(home, server, tmp_path):
    """One student over three runs: at step 3, at step 4, done."""
    for hour, at in ((9, 3), (10, 4), (13, 99)):
        student = class_reports.student("ada", at, group="a")
        student["collected"]["at"] = f"2026-11-25T{hour:02}:00:00Z"
        value = class_reports.report([student, class_reports.student("bo", 4, group="a")])
        home(class_reports.write(tmp_path / "x.json", value), "--store", server.address)
    assert server.sql("SELECT student, done, step, points = possible FROM lab.progress ORDER BY 1") == [["ada", "t", "", "t"], ["bo", "f", "names", "f"]]
    times = dict(server.sql("SELECT step, taken FROM lab.time_per_student WHERE student = 'ada' ORDER BY position"))
    assert times["machines"] == "00:00:00"
    assert times["identity"] == "01:00:00"
    assert times["names"] == "03:00:00"
    assert times["preflight"] == "00:00:00"
    assert server.sql("SELECT students FROM lab.time_per_step WHERE step = 'names'") == [["1"]]
    assert server.sql("SELECT cause, step, students, who FROM lab.common_causes") == [["hostname-other", "names", "1", "{bo}"]]


CLASS = """format: 1
class: few
lab: postgresql-cluster
platform: debian12
environment: own
defaults: {user: student, port: 1}
machines: {pg1: "127.0.{{n}}.1", pg2: "127.0.{{n}}.2", pg3: "127.0.{{n}}.3", pg_witness: "127.0.{{n}}.4"}
count: 3
"""


def test_a_class_goes_into_the_store_while_it_is_judged(home, server, tmp_path):
    """Nobody answers at these addresses: what counts is how the run gets into the store."""
    (tmp_path / "class.yaml").write_text(CLASS)
    result = subprocess.run([LAB, "verify", "--class", str(tmp_path / "class.yaml"), "--step", "names", "--format", "json", "--store", server.address],
                            capture_output=True, text=True, env=home.environment, timeout=120, stdin=subprocess.DEVNULL)
    assert result.returncode == 1, result.stderr
    assert "The gradebook has it" in result.stderr, result.stderr
    assert stored(home, server) == json.loads(result.stdout)
    assert server.sql("SELECT complete FROM lab.run") == [["t"]]


def test_kill_9_while_a_class_is_judged(home, server, tmp_path):
    """The same with machines: killed while the look at a class is under way, what was judged by then is kept, and the run says that it was not all."""
    servers = loopback_class.Servers()
    file = servers.class_file([(f"s{n:02}", f"127.7.0.{n + 1}") for n in range(60)])

    def judged():
        kept = sum(path.read_text().count('\n{"student"') for path in home.kept.glob("*.run"))
        return max(kept, int(server.sql("SELECT count(*) FROM lab.student")[0][0]))

    moments = []
    try:
        home(class_reports.write(tmp_path / "x.json", class_reports.report([class_reports.student("x", 4, steps=STEPS)])), "--store", server.address)
        for least in (0, 1, 20, 45):
            server.sql("TRUNCATE lab.run CASCADE")
            for left in home.kept.glob("*"):
                left.unlink()
            process = subprocess.Popen([LAB, "verify", *loopback_class.COURSE, "--class", file, "--jobs", "8", "--store", server.address, "--quiet"],
                                       env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
            wait_for(lambda: server.sql("SELECT run FROM lab.run") and judged() >= least, 60)
            process.kill()
            process.wait()
            assert server.sql("SELECT complete, finished IS NULL FROM lab.run") == [["f", "t"]], process.stderr.read()
            assert all(count == "15" for _, count in server.sql("SELECT student, count(*) FROM lab.verdict GROUP BY 1"))
            known = judged()
            if known:
                back = stored(home, server)
                assert not back["complete"]
                assert known <= len(back["students"]) < 60
                assert not list(home.kept.glob("*.run"))
                assert {v["verdict"] for s in back["students"] for v in s["verdicts"]} == {"passed"}
            moments.append(known)
    finally:
        servers.close()
    assert moments[-1] >= 45, moments
    assert moments[1] >= 1, moments


def test_a_student_whom_the_database_refuses_keeps_nobody_out(home, server, tmp_path):
    """Sixty students, of whom one has a machine with a name that fits no index: the others are in, lab names the one, and the status tells."""
    value = class_reports.report([class_reports.student(f"s{n:02}", 99, steps=STEPS) for n in range(60)])
    value["students"][30]["machines"][1]["machine"] = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=20_000))
    file = class_reports.write(tmp_path / "class.json", value)
    result = home(file, "--store", server.address)
    assert result.returncode == 3, result.stderr
    assert "without one student:\n  s30: " in result.stderr, result.stderr
    assert server.sql("SELECT count(*), count(*) FILTER (WHERE student = 's30') FROM lab.student") == [["59", "0"]]
    assert server.sql("SELECT complete, finished IS NOT NULL FROM lab.run") == [["f", "t"]]
    assert [path.suffix for path in home.kept.iterdir()] == [".refused"]
    # It is not sent again, and nothing is told of it again.
    again = home(class_reports.write(tmp_path / "one.json", class_reports.report([class_reports.student("me", 99, steps=STEPS)])), "--store", server.address)
    assert again.returncode == 0, again.stderr
    assert "refuse" not in again.stderr, again.stderr


def test_a_kept_run_with_such_a_student_goes_in_without_them(home, server, tmp_path):
    value = class_reports.report([class_reports.student(f"s{n:02}", 99, steps=STEPS) for n in range(5)])
    value["students"][2]["machines"][1]["machine"] = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=20_000))
    file = class_reports.write(tmp_path / "class.json", value)
    server.stop()
    try:
        assert "is kept in" in home(file, "--store", server.address).stderr
    finally:
        server.start()
    one = home(class_reports.write(tmp_path / "one.json", class_reports.report([class_reports.student("me", 99, steps=STEPS)])), "--store", server.address)
    assert one.returncode == 0, one.stderr
    assert "it lacks s02" in one.stderr, one.stderr
    assert server.sql("SELECT student FROM lab.student ORDER BY 1") == [["me"], ["s00"], ["s01"], ["s03"], ["s04"]]


def test_one_bundle_that_does_not_fit_costs_only_its_student(home, server, tmp_path):
    facts = json.loads((FIXTURES / "facts/acceptance-debian12.json").read_text())
    for machine in facts["machines"]:
        machine["asked"] = 1790000000

    def bundle(name, **changes):
        value = dict(bundle=1, student=name, collected="2026-11-01T20:00:00Z", variables={}, users={}, facts=json.loads(json.dumps(facts)))
        value.update({key: new for key, new in changes.items() if key in value})
        value["facts"]["machines"][0].update({key: new for key, new in changes.items() if key not in value})
        file = tmp_path / f"{name}.labbundle"
        file.write_text(json.dumps(value))
        return str(file)

    files = [bundle("good"), bundle("huge", seconds=1e308), bundle("early", collected="0000-06-01T00:00:00Z"), bundle("asked", asked=-1e300), bundle("late", collected="9999-01-01T00:00:00Z")]
    for format in class_reports.FORMATS:
        result = subprocess.run([LAB, "verify", "--bundle", *files, "--step", "names", "--format", format, "--store", server.address], capture_output=True, text=True,
                                env={**home.environment, "LAB_PATH": str(ROOT)}, timeout=120, stdin=subprocess.DEVNULL)
        assert result.returncode == 3, result.stderr
        assert "good" in result.stdout, result.stderr
        assert result.stderr.count("cannot be judged: ") == 4, result.stderr
        assert "The gradebook has it" in result.stderr
        assert "EncodingError" not in result.stderr
    assert server.sql("SELECT DISTINCT student FROM lab.student") == [["good"]]
    assert not list(home.kept.iterdir())


def test_the_queries_of_the_document_run(home, server, tmp_path):
    home(class_reports.write(tmp_path / "class.json", class_reports.thirty()), "--store", server.address)
    text = (ROOT / "docs/gradebook.md").read_text()
    queries = [query for block in re.findall(r"```sql\n(.*?)```", text, re.S) for query in block.split(";") if query.strip()]
    assert len(queries) == 3
    for query in queries:
        server.sql(query)
