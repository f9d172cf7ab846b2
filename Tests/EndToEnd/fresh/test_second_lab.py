"""A second lab on two machines of its own, beside the course: verify, walk, drill, companion and replay know nothing of either."""
import json

import pytest
from commands import lab
from terminal import Lab
from two_labs import shelf


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    environment = {**shelf(folder / "shelf"), "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    made = lab("sandbox", "up", "--lab", "pair", "--prefix", "labpair", "--network", "10.79.4", "--first-port", "22701", env=environment, timeout=900)
    assert made.returncode == 0, made.stdout + made.stderr
    yield environment, folder
    lab("sandbox", "down", "--saved", env=environment)


def verdicts(environment):
    """lab verify: by check and machine, the verdict and the first cause."""
    said = json.loads(lab("verify", "--format", "json", env=environment).stdout)["students"][0]["verdicts"]
    return {(v["check"], v["machine"]): (v["verdict"], v["causes"][0]["cause"] if v["causes"] else None) for v in said}


def test_a_second_lab_is_walked_drilled_and_replayed(pair):
    environment, folder = pair
    # Which lab it is, the practice machines that are there say.
    before = verdicts(environment)
    assert before["machine-reached", "web1"] == ("passed", None)
    assert before["page-there", "web2"] == ("failed", "folder-missing")
    assert before["front-has-page", None][0] == "blocked"
    walked = lab("walk", "--auto", "--journal", str(folder / "walk.jsonl"), env=environment)
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert {verdict for verdict, _ in verdicts(environment).values()} == {"passed"}
    drilled = lab("drill", "--prove", env=environment)
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert "1 repairs as printed: 1 mended at once" in drilled.stdout
    replayed = lab("replay", str(folder / "walk.jsonl"), env=environment)
    assert replayed.returncode == 0, replayed.stderr
    assert "echo 'hello from web2' > /srv/page/index.html" in replayed.stdout
    assert "front-has-page" in replayed.stdout


def test_the_companion_takes_its_examples_from_it(pair):
    environment, folder = pair
    words = {key: environment[key] for key in ("LAB_PATH", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    companion = Lab(folder, folder / "state/lab/sandbox/machines.yaml", **words)
    companion.prompt()
    for line, said in [("check all", r"2 passed"), ("check page", r"3 passed"), ("map", r"hello from web1"), ("help ssh", r"ssh web1 hostnamectl"), ("facts page web2", r"hello from web2"),
                       ("watch failover", r"takes no argument in this lab"), ("help watch", r"Ctrl-C stops it")]:
        companion.enter(line)
        companion.wait_for(said)
    assert "failover shows" not in companion.text()
    companion.leave()
