"""Reports of a class, each read by a program that reads such files in earnest. One of the students is hostile."""
import base64
import csv
import hashlib
import html.parser
import io
import json
import os
import re
import shutil
import subprocess

import jsonschema
import junitparser
import pytest
from lxml import etree

import class_reports
from commands import LAB
from course_files import COURSE, SUPPORT

CLASS = class_reports.thirty()
HOSTILE = class_reports.thirty(hostile=True, complete=False)
VERDICTS = [(s, v) for s in HOSTILE["students"] for v in s["verdicts"]]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    class_reports.write(folder / "class.json", CLASS)
    class_reports.write(folder / "hostile.json", HOSTILE)
    class_reports.write(folder / "few.json", class_reports.few(hostile=True, complete=False))
    return folder


def report(file, *words, status=1, **environment):
    result = subprocess.run([LAB, "report", str(file), "--gate", *words], capture_output=True, timeout=120, stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    # To a monitor a failure is 2: CRITICAL.
    assert result.returncode == (2 if "nagios" in words and status == 1 else status), result.stderr
    return result.stdout.decode()


def test_the_matrix_of_thirty_fits_eighty_columns(files):
    text = report(files / "class.json", COLUMNS="80")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in text
    ada = next(line for line in lines if line.startswith("ada"))
    assert re.search(r"✗( …){12}", ada)
    assert ada.endswith("postgresql-conf")
    assert next(line for line in lines if line.startswith("jonas")).endswith("19.0  done")
    assert "*" in next(line for line in lines if line.startswith("georg"))
    assert re.search(r"^  9  hostname-other \(step names\)", text, re.M)
    # Rows of one table, so that a projector shows the class at once: heading, groups, students.
    assert len([line for line in lines if re.search(r"[✓✗?…] [✓✗?…] ", line)]) == 30
    coloured = report(files / "class.json", CLICOLOR_FORCE="1", COLUMNS="80")
    assert "\x1b[3" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text
    assert "\x1b" not in report(files / "class.json", CLICOLOR_FORCE="1", NO_COLOR="1")


def test_control_characters_reach_no_terminal(files):
    for form in class_reports.FORMATS:
        text = report(files / "few.json", "--format", form)
        bad = [c for c in text if (ord(c) < 32 and c not in "\n\t\r") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066"]
        assert not bad, (form, bad)


def test_json_and_its_lines(files):
    schema = json.loads(subprocess.run([LAB, "schema"], capture_output=True, check=True).stdout)
    value = json.loads(report(files / "hostile.json", "--format", "json"))
    jsonschema.validate(value, schema)
    assert {**value} == {**HOSTILE}
    lines = [json.loads(line) for line in report(files / "hostile.json", "--format", "jsonl").split("\n")[:-1]]
    assert [(line["student"], line["check"], line["machine"], line["verdict"]) for line in lines] == [
        (s["student"], v["check"], v["machine"], v["verdict"]) for s, v in VERDICTS]
    assert not any(line["complete"] for line in lines)


def test_junit_fits_its_schema_and_is_read(files):
    text = report(files / "hostile.json", "--format", "junit")
    etree.XMLSchema(etree.parse(str(SUPPORT / "junit.xsd"))).assertValid(etree.fromstring(text.encode()))
    xml = junitparser.JUnitXml.fromstring(text.encode())
    suites = list(xml)
    # One more says that the run was stopped.
    assert len(suites) == 32
    assert suites[-1].errors == 1
    for suite in suites[:-1]:
        # Control characters are gone from the hostile one's name.
        student = next(s for s in HOSTILE["students"] if suite.name == s["student"].replace("\x1b[31m", ""))
        words = [v["verdict"] for v in student["verdicts"]]
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (len(words), words.count("failed"), words.count("unknown"), words.count("blocked"))
        results = [case.result[0] if case.result else None for case in suite]
        kinds = {"failed": junitparser.Failure, "unknown": junitparser.Error, "blocked": junitparser.Skipped, "passed": type(None)}
        assert [type(result) for result in results] == [kinds[word] for word in words]
    failure = next(case.result[0] for case in suites[0] if case.result and isinstance(case.result[0], junitparser.Failure))
    assert "Fix it on pg2, as root:" in failure.text
    assert failure.type == "settings-readable-not-yet"
    assert "settings-readable at pg2" in suites[0]._elem.findtext("system-out")
    assert "no answer in 12 s" in next(suite for suite in suites if suite.name == "elif")._elem.findtext("system-err")


def test_tap_is_read_by_prove(files, tmp_path):
    for name, value in (("bad", HOSTILE), ("good", class_reports.report([class_reports.student("ada", 99), class_reports.student("bo", 99)]))):
        class_reports.write(tmp_path / f"{name}.json", value)
        text = report(tmp_path / f"{name}.json", "--format", "tap", status=1 if name == "bad" else 0)
        assert text.startswith("TAP version 14\n")
        # Debian's prove knows versions to 13, of which 14 is an extension that it may read; it refuses the number alone.
        (tmp_path / f"{name}.tap").write_text(text.replace("TAP version 14", "TAP version 13", 1))
    good = subprocess.run(["prove", "-v", "--exec", "cat", str(tmp_path / "good.tap")], capture_output=True, text=True)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Tests=2" in good.stdout, good.stdout + good.stderr
    assert "Parse errors" not in good.stdout
    bad = subprocess.run(["prove", "--exec", "cat", str(tmp_path / "bad.tap")], capture_output=True, text=True)
    assert bad.returncode != 0
    assert "run was stopped" in bad.stdout + bad.stderr
    text = (tmp_path / "bad.tap").read_text()
    assert "\n1..31\n" in text
    # In subtests each verdict is a point, and an escaped # is no directive.
    assert len(re.findall(r"^    (?:not )?ok \d+ - ", text, re.M)) == len(VERDICTS)
    assert re.findall(r"^(not ok|ok) ", text, re.M).count("ok") == 3
    assert not re.search(r"(?<!\\)# ?(skip|todo)", re.sub(r"^.*1\.\.0.*$", "", text, flags=re.M), re.I)


def test_csv_executes_nothing(files, tmp_path):
    for form in ("csv", "moodle"):
        text = report(files / "hostile.json", "--format", form)
        assert text.endswith("\r\n")
        assert not re.search(r"(?<!\r)\n", re.sub(r'"(?:[^"]|"")*"', "", text))
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]", cell)]
    assert len(rows) == 32
    rows = list(csv.DictReader(io.StringIO(report(files / "hostile.json", "--format", "csv"), newline="")))
    assert len(rows) == len(VERDICTS)
    assert [(row["check"], row["verdict"]) for row in rows] == [(v["check"], v["verdict"]) for _, v in VERDICTS]
    assert next(row["fix"] for row in rows if row["verdict"] == "failed").startswith("on pg2, as root: echo")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_spreadsheet_opens_it_without_a_formula(files, tmp_path):
    for form in ("csv", "moodle"):
        (tmp_path / f"{form}.csv").write_text(report(files / "hostile.json", "--format", form), newline="")
        # UTF-8, comma: what a person would choose in the dialogue.
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods", "--infilter=CSV:44,34,76",
                        "--outdir", str(tmp_path), str(tmp_path / f"{form}.csv")], capture_output=True, timeout=240, check=True)
        sheet = (tmp_path / f"{form}.fods").read_text()
        assert "table:formula" not in sheet
        assert "Err:" not in sheet
        assert "hostname-set" in sheet or form == "moodle"
        assert "&apos;=cmd|" in sheet or "'=cmd|" in sheet


def test_moodle_gets_points_and_feedback(files, tmp_path):
    rows = list(csv.DictReader(io.StringIO(report(files / "class.json", "--moodle"), newline="")))
    jonas = next(row for row in rows if row["Username"] == "jonas")
    assert jonas["postgresql-cluster: total (points)"] == "19"
    assert jonas["postgresql-cluster: total (percent)"] == "100"
    bruno = next(row for row in rows if row["Username"] == "bruno")
    assert "has no line" in bruno["postgresql-cluster: feedback"] or "host name" in bruno["postgresql-cluster: feedback"]
    assert bruno["postgresql-cluster: names (points)"] == "0.92"
    # The feedback is the student's: who shares what with whom is not in it.
    assert not any("shares" in value for row in rows for value in row.values())
    mail = class_reports.report([class_reports.student("ada@example.org", 99)])
    assert report(class_reports.write(tmp_path / "m.json", mail), "--moodle", status=0).startswith('"Email address"')


def test_an_exam_keeps_its_causes(files):
    for form in class_reports.FORMATS:
        text = report(files / "few.json", "--format", form, "--no-causes")
        for word in ("hostname-other", "The host name of", "/etc/hosts", "Fix it"):
            assert word not in text, (form, word)
        assert text, form


@pytest.mark.skipif(not shutil.which("cmark-gfm"), reason="cmark-gfm is not installed")
def test_markdown_stays_text(files):
    text = report(files / "hostile.json", "--format", "markdown")
    page = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"], input=text, capture_output=True, text=True, check=True).stdout
    assert page.count("<table>") == 2
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("</table>")[0], re.S)
    assert len(rows) == 32
    assert len({len(re.findall("<t[hd]", row)) for row in rows}) == 1
    outside = re.sub(r"<pre>.*?</pre>", "", page, flags=re.S)
    assert not re.search(r"<(a|img|script|b|del)\b", outside), re.search(r".{60}<(a|img|script|b|del)\b.{60}", outside, re.S)
    assert "=cmd|'/c calc'!A0 &lt;img src=x onerror=alert(1)&gt;" in outside
    # GitHub looks for mentions and references in the finished text.
    assert not re.search(r"[@#]\w", re.sub(r"<!-- -->", "\0", outside))


class Outline(html.parser.HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, (tag, self.open[-3:])
        assert self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        self.text += data


def test_html_is_one_file_without_scripts(files):
    text = report(files / "hostile.json", "--format", "html")
    page = Outline()
    page.feed(text)
    assert not page.open
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "b", "base"}
    attributes = [(tag, key, value) for tag, own in page.tags for key, value in own.items()]
    assert not [a for a in attributes if a[1].startswith("on") or a[1] in ("src", "style")]
    assert all(value.startswith("#") for _, key, value in attributes if key == "href")
    assert "url(" not in text
    assert "@import" not in text
    policy = next(own["content"] for tag, own in page.tags if own.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "';")
    # Every link leads somewhere, and every student can be reached.
    ids = [value for _, key, value in attributes if key == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for _, key, value in attributes if key == "href"} <= set(ids)
    assert {f"s{n}" for n in range(1, 32)} <= set(ids)
    # For those who hear it: a language, headings in order, a caption, scopes, labels.
    assert page.tags[0] == ("html", {"lang": "en"})
    assert text.startswith("<!DOCTYPE html>")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:]))
    assert all(own.get("scope") in ("col", "row") for tag, own in page.tags if tag == "th")
    assert "caption" in names
    assert text.count("<label>") == [tag for tag, _ in page.tags].count("input")
    assert "<script>alert('x')</script>" in page.text


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_html_in_a_browser(files, tmp_path):
    """The browser takes the style, refuses nothing, and a group can be chosen without a script."""
    file = tmp_path / "class.html"
    file.write_text(report(files / "hostile.json", "--format", "html"))

    def browse(page, *words):
        result = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}/profile",
                                 "--enable-logging=stderr", "--virtual-time-budget=2000", *words, f"file://{page}"], capture_output=True, text=True, timeout=180)
        assert not re.findall(r".*(?:CONSOLE|Refused to).*", result.stderr), result.stderr
        return result.stdout

    browse(file, "--window-size=1280,1600", f"--screenshot={tmp_path}/desk.png")
    assert (tmp_path / "desk.png").stat().st_size > 100_000
    # What is shown is measured by a page around it: the report itself runs nothing.
    around = tmp_path / "around.html"
    around.write_text("""<iframe id=f style="width:390px;height:900px" src="class.html"></iframe><pre id=out></pre><script>
      onload = () => { const d = document.getElementById('f').contentDocument, out = {};
        const shown = () => [...d.querySelectorAll('.matrix tbody tr')].filter(row => row.offsetParent !== null).length;
        out.wide = d.documentElement.scrollWidth; out.all = shown();
        d.getElementById('g2').checked = true; out.group = shown();
        d.getElementById('open').checked = true; out.open = shown();
        out.size = parseFloat(getComputedStyle(d.body).fontSize);
        document.getElementById('out').textContent = JSON.stringify(out); }</script>""")
    said = browse(around, "--allow-file-access-from-files", "--dump-dom")
    out = json.loads(re.search(r'<pre id="out">(.*?)</pre>', said, re.S)[1])
    assert out["wide"] <= 390, out
    assert out["all"] == 31, out
    assert out["group"] == 10, out
    assert out["open"] == 9, out


def test_bad_files_are_told_from_reports(files, tmp_path):
    whole = (files / "class.json").read_text()
    for name, text, said in (("torn", whole[: len(whole) // 2], "cut short"), ("empty", "", "is empty"), ("foreign", '{"a": 1}', "is not a report"),
                             ("newer", whole.replace('"format": 1', '"format": 7'), "format 7"), ("bomb", "[" * 100_000, "not a complete JSON")):
        (tmp_path / name).write_text(text)
        result = subprocess.run([LAB, "report", str(tmp_path / name)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert result.returncode == 2, (name, result)
        assert said in result.stderr, (name, result)


def test_a_report_that_could_be_made_ends_with_0(files, tmp_path):
    """What it shows counts only with --gate: an instructor's script goes on."""
    for form in class_reports.FORMATS:
        words = [LAB, "report", str(files / "few.json"), "--format", form, "--output", str(tmp_path / "x")]
        assert subprocess.run(words, stdin=subprocess.DEVNULL).returncode == 0, form
        assert subprocess.run([*words, "--gate"], stdin=subprocess.DEVNULL).returncode == (2 if form == "nagios" else 1), form


def test_output_replaces_files_and_no_devices(files, tmp_path):
    report(files / "class.json", "--output", "/dev/null")
    assert os.stat("/dev/null").st_rdev == os.makedev(1, 3)
    report(files / "class.json", "--format", "csv", "--output", str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text().startswith("student,")


def test_points_of_the_lab(tmp_path):
    """Points and weights in lab.yaml, and complaints about them."""
    labs = tmp_path / "labs"
    shutil.copytree(COURSE, labs / "postgresql-cluster")
    file = labs / "postgresql-cluster/lab.yaml"
    plain = file.read_text()
    file.write_text(plain + "points:\n  machines: 0\n  names: {points: 8, weights: {hostname-set: 2}}\n")
    # names: four machines, three checks; hostname-set at three of them and all else fails: 2 * 1/4 + ... of 2 + 1 + 1.
    value = class_reports.report([class_reports.student("ada", 4), class_reports.student("bo", 99)])
    rows = list(csv.DictReader(io.StringIO(report(class_reports.write(tmp_path / "r.json", value), "--labs", str(labs), "--moodle"), newline="")))
    assert rows[1]["postgresql-cluster: names (points)"] == "8"
    assert rows[1]["postgresql-cluster: total (points)"] == "25"
    names = [v for v in value["students"][0]["verdicts"] if v["step"] == "names"]
    weighed = sum((2 if check == "hostname-set" else 1) * sum(v["verdict"] == "passed" for v in names if v["check"] == check) / 4
                  for check in {v["check"] for v in names})
    assert float(rows[0]["postgresql-cluster: names (points)"]) == pytest.approx(8 * weighed / 4)
    file.write_text(plain + "points:\n  nmaes: 2\n  names: {points: 8, weights: {hostname-st: 2}}\n  trust: -1\n")
    result = subprocess.run([LAB, "lint", "--labs", str(labs)], capture_output=True, text=True)
    assert result.returncode == 2
    for word in ("nmaes", "names", "hostname-st", "hostname-set", "not a number of points"):
        assert word in result.stdout + result.stderr
