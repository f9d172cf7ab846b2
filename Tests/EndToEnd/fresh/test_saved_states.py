"""Saved states of the sandbox, and going back to them."""
import json
import os
import re
import signal
import socket
import subprocess

import pytest
from commands import LAB, console, lab, verify
from platform_values import pg, pg_more_settings
from terminal import Lab

# They put the machines back, and so take away whatever the others have made of them.
pytestmark = pytest.mark.at_the_end


def test_a_state_that_was_saved_comes_back(machines):
    """reset --to makes the start of a step once, and is quick the second time."""
    for name in lab("sandbox", "save").stdout.split():
        lab("sandbox", "save", "--forget", name)
    made = lab("sandbox", "reset", "--to", "repmgr-conf", timeout=900)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "is not saved yet" in made.stderr
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    console("pg1", f"rm -rf {pg_more_settings}")
    again = lab("sandbox", "reset", "--to", "repmgr-conf", timeout=300)
    assert again.returncode == 0, again.stderr
    assert "is not saved yet" not in again.stderr, again.stderr
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert "repmgr-conf" in lab("sandbox", "save").stdout
    wrong = lab("sandbox", "reset", "--to", "repmgr-cnof")
    assert wrong.returncode == 2
    assert "Did you mean 'repmgr-conf'?" in wrong.stderr


def journal():
    return os.path.join(os.environ["XDG_STATE_HOME"], "lab/walks/postgresql-cluster-sandbox.jsonl")


def events():
    """What the walk's journal tells, in its order."""
    return [json.loads(line)["event"] for line in open(journal())]


def test_again_puts_the_machines_back_and_goes_there(machines):
    """After the test above, the start of the step is saved."""
    console("pg1", f"rm -rf {pg_more_settings}")
    done = lab("again", "repmgr-conf", "--yes", timeout=300)
    assert done.returncode == 0, done.stderr
    assert "as at the start of repmgr-conf" in done.stdout
    assert "lab show repmgr-conf" in done.stdout
    assert [event["step"]["_0"] for event in events() if "step" in event][-1] == "repmgr-conf"
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert "You are at step repmgr-conf" in lab().stdout


def test_what_was_saved_can_be_compared_with(machines):
    saved = lab("sandbox", "save", "before-it", timeout=300)
    assert saved.returncode == 0, saved.stdout + saved.stderr
    console("pg2", "echo '192.0.2.99 elsewhere' >> /etc/hosts")
    told = lab("diff", "with", "before-it")
    assert told.returncode == 1, told.stdout + told.stderr
    lines = told.stdout.splitlines()
    assert lines[0].startswith("Since the machines were saved as before-it"), lines
    assert "pg2 hosts line 192.0.2.99 elsewhere: new" in lines[1], lines
    lab("sandbox", "save", "--forget", "before-it")
    assert "There is no file 'before-it'." in lab("diff", "with", "before-it").stderr
    console("pg2", "sed -i '/elsewhere/d' /etc/hosts")


def test_one_goes_on_from_a_moment_of_a_recording(machines):
    """The start of the step is saved by the tests above; its tasks are typed as the recording has them."""
    told = lab("replay", "course", "--when", "SELECT 1 FROM repmgr_conf WHERE machine = 'pg3' AND name = 'priority'").stdout
    event = re.search(r"Held from event (\d+) of step repmgr-conf", told)[1]
    refused = lab("replay", "course", "--continue")
    assert refused.returncode == 2
    assert "Go on from where?" in refused.stderr
    unsure = lab("replay", "course", "--from", event, "--continue")
    assert "Nothing was changed." in unsure.stdout, unsure.stdout + unsure.stderr
    done = lab("replay", "course", "--from", event, "--continue", "--yes", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert f"Compared with event {event} of that walk" in said
    assert "is in no journal" in said
    assert "repmgr conf" not in said.partition("Compared with")[2], "what the course typed is as it was"
    assert "You are at step repmgr-conf" in said
    status, _, verdicts = verify("--step", "repmgr-conf")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    # Its tasks are in the walk now, as if they had been typed by 'run'.
    assert any(event["run"]["_0"]["step"] == "repmgr-conf" for event in events()[-40:] if "run" in event)


def test_again_in_a_terminal_asks_and_opens_lab_there(machines, tmp_path):
    """What the machines were put back behind counts no more: that the step had passed, and an open drill."""
    with open(journal(), "a") as file:
        for event in [{"passed": {"step": "repmgr-conf"}}, {"drill": {"_0": "daemon-asleep", "blind": False}}]:
            file.write(json.dumps({"at": "2026-01-01T00:00:00Z", "event": event}) + "\n")
    console("pg1", f"rm -rf {pg_more_settings}")
    inventory = os.path.join(os.environ["XDG_STATE_HOME"], "lab/sandbox/machines.yaml")
    companion = Lab(tmp_path, inventory, words=["again", "repmgr-conf"], XDG_STATE_HOME=os.environ["XDG_STATE_HOME"])
    companion.wait_for(r"back to the start of repmgr-conf\?")
    companion.type("yes\r")
    companion.prompt(seconds=300)
    assert re.search(r"10 repmgr-conf> ?$", companion.last_line()), "its checks have not passed on these machines"
    assert "The drill that was open is over" in companion.text().replace("\n", " ")
    assert "drilled" in events()[-2], events()[-4:]
    assert events()[-1] == {"step": {"_0": "repmgr-conf"}}, events()[-4:]
    companion.enter("next")
    assert "have not passed yet" in companion.text().replace("\n", " ")
    companion.enter("check", seconds=120)
    assert "repmgr-conf-readable" in companion.text()
    assert companion.leave() == 1
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]


def test_a_save_that_is_stopped_leaves_the_machines_as_they_were(machines):
    enabled = console("pg1", f"systemctl is-enabled {pg.service}")
    # pg3 takes seconds to shut down: it is on its way down while the others are saved, and nothing on it may be lost.
    console("pg3", "printf '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/true\\nExecStop=/bin/sleep 5\\n' >/run/systemd/system/slow.service;"
            " systemctl daemon-reload; systemctl start slow; echo kept >/root/kept")
    saving = subprocess.Popen([LAB, "sandbox", "save", "stopped"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in saving.stderr:
        if "saving" in line:
            saving.send_signal(signal.SIGINT)
            break
    said = saving.stderr.read()
    assert saving.wait(timeout=180) != 0, said
    assert "Starting the machines again" in said, said
    assert lab("sandbox", "status").returncode == 0, said
    assert console("pg3", "cat /root/kept; rm -f /root/kept").strip() == "kept"
    assert console("pg1", f"systemctl is-enabled {pg.service}") == enabled
    status, _, verdicts = verify("--step", "access")
    assert status == 0, [v for v in verdicts.values() if v["verdict"] != "passed"]
    assert "stopped" not in lab("sandbox", "save").stdout.split()


def test_a_machine_whose_port_is_taken_is_kept(machines):
    console("pg3", "echo kept >/root/kept")
    port = int(re.search(r"^pg3 .*127\.0\.0\.1:(\d+)", lab("sandbox", "status").stdout, re.M)[1])
    lab("sandbox", "power", "pg3", "off")
    with socket.create_server(("127.0.0.1", port)):
        refused = lab("sandbox", "up")
        assert refused.returncode == 2, refused.stderr
        assert f"Port {port} on 127.0.0.1" in refused.stderr, refused.stderr
    assert lab("sandbox", "up").returncode == 0
    assert console("pg3", "cat /root/kept; rm -f /root/kept").strip() == "kept"


def test_a_saved_state_is_forgotten_while_machines_are_made_from_it(machines):
    gone = lab("sandbox", "save", "--forget", "repmgr-conf")
    assert gone.returncode == 0, gone.stderr
    assert lab("sandbox", "save").stdout == "Nothing is saved.\n"
    assert lab("sandbox", "status").returncode == 0, "the machines go on"
    again = lab("sandbox", "save", "--forget", "repmgr-conf")
    assert again.returncode == 2
    assert "Nothing is saved under the name 'repmgr-conf'." in again.stderr
