"""A machine that attacks: whatever it sends, the others are judged, the terminal is safe and the memory bounded."""
import json
import os
import subprocess
import time

import pytest
from commands import LAB, console

ATTACKS = {
    "a gigabyte of zeros": "exec head -c 1073741824 /dev/zero",
    "endless lines": "exec yes LAB",
    "one endless line on both streams": "yes | tr -d '\\n' >&2 & exec sh -c 'yes | tr -d \"\\n\"'",
    "silence": "exec sleep 1000",
    "a slow drip": "while :; do printf x; sleep 1; done",
    "an early end": "exit 0",
    "forged frames": "printf 'LAB0 hostname KwlnCi4wLg==\\nLAB end .\\n'; exit 0",
}
# A machine may also behave after having said something nasty first.
NOISES = {
    "control sequences": "printf '\\033]0;owned\\007\\033[2J\\033[31m\\033P\\233\\220\\n'; exec sh",
    "broken UTF-8": "printf '\\377\\376\\200\\300\\n'; exec sh",
    "a banner that imitates frames": "printf 'LABx hostname KwlmYWtlCi4wLg==\\n'; exec sh",
}


def run(*words):
    """lab, how long it took and how much memory it needed at most, in kilobytes."""
    start = time.monotonic()
    process = subprocess.Popen([LAB, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output, errors, time.monotonic() - start, usage.ru_maxrss


@pytest.fixture
def evil(walked):
    """Gives pg2's login a shell of ours; takes it away afterwards."""
    def attack(script):
        console("pg2", f"cat > /usr/local/bin/evil <<'END'\n#!/bin/bash\n{script}\nEND\nchmod 755 /usr/local/bin/evil; usermod -s /usr/local/bin/evil student")
    yield attack
    console("pg2", "usermod -s /bin/bash student; pids=$(pgrep -u student); [ -z \"$pids\" ] || kill -9 $pids; rm -f /usr/local/bin/evil")


@pytest.fixture(scope="module")
def usual_memory(walked):
    return run("verify", "--format", "json")[4]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_the_attacker_only(evil, usual_memory, name):
    evil(ATTACKS[name])
    status, output, errors, took, memory = run("verify", "--format", "json", "--step", "names", "--timeout", "8")
    verdicts = {(v["check"], v["machine"]): v for v in json.loads(output)["students"][0]["verdicts"]}
    # It was not reached as far as judging goes, or it was and some of it could not be observed.
    reached = verdicts["machine-reached", "pg2"]
    assert status == (3 if reached["verdict"] == "passed" else 1), (status, errors)
    for (check, machine), verdict in verdicts.items():
        if machine != "pg2":
            # What compares the machines is not told to the end without one of them; what is about one machine is.
            waits = check not in ("machine-reached", "right-machine", "hostname-set") and reached["verdict"] == "failed"
            assert verdict["verdict"] == "passed" or waits and verdict["blocked_by"] == {"check": "machine-reached", "machine": "pg2"}, verdict
        elif reached["verdict"] == "failed" and check != "machine-reached":
            assert verdict["blocked_by"] == {"check": "machine-reached", "machine": "pg2"}, verdict
        elif check != "machine-reached":
            assert verdict["verdict"] == "unknown" or verdict["blocked_by"], verdict
    assert any(verdict["verdict"] != "passed" for (_, machine), verdict in verdicts.items() if machine == "pg2")
    assert took < 20, took
    assert memory < usual_memory + 40_000, f"{memory} kB against {usual_memory} kB"
    assert b"\x1b" not in output + errors


@pytest.mark.parametrize("name", NOISES)
def test_noise_before_the_answer_is_passed_over(evil, name):
    evil(NOISES[name])
    status, output, errors, _, _ = run("verify", "--step", "names")
    assert status == 0, output.decode() + errors.decode()
    assert not any(byte < 0x20 and byte not in (9, 10) for byte in output + errors)


def test_what_a_machine_says_is_clean_and_short_in_a_report(walked):
    console("pg2", "cp /etc/hosts /root/h; printf '10.9.9.9 pg1 \\033[31m\\302\\233evil\\n' | cat - /root/h > /etc/hosts; hostnamectl set-hostname golden; printf 'PRETTY_NAME=\"\\033]0;owned\\007<script>\"\\nID=debian\\nVERSION_ID=\"12\"\\n' > /root/os; cp -P /etc/os-release /root/os.link; cp /usr/lib/os-release /root/os.real; cat /root/os > /usr/lib/os-release")
    try:
        status, output, errors, _, _ = run("verify")
    finally:
        console("pg2", "cat /root/h > /etc/hosts; cat /root/os.real > /usr/lib/os-release; hostnamectl set-hostname pg2; rm -f /root/h /root/os /root/os.link /root/os.real")
    assert status == 1
    assert b"\x1b" not in output + errors
    assert b"\xc2\x9b" not in output


# Every place that lab reads can be a link, and a link can lead anywhere: to what never ends, never answers, or leads back to itself.
STORM = """mkdir /root/storm; cp -a /etc/hosts /root/storm/hosts; cp -a /etc/machine-id /root/storm/id
mkfifo /root/storm/fifo
cd /etc; rm -f hosts machine-id; ln -s /dev/zero hosts; ln -s /root/storm/fifo machine-id
mkdir -p /etc/sudoers.d/storm /home/student/.ssh/storm
mkdir -p /root/storm/loop; ln -s /root/storm/loop /root/storm/loop/loop; ln -s loop2 /root/storm/loop1; ln -s loop1 /root/storm/loop2
ln -sfn /root/storm/loop1 /etc/ssh/ssh_host_storm_key.pub
cd /etc/ssh; for i in $(seq 1 3000); do ln -s /dev/zero ssh_host_storm${i}_key.pub; done"""
CALM = """rm -f /etc/hosts /etc/machine-id; cp -a /root/storm/hosts /etc/hosts; cp -a /root/storm/id /etc/machine-id
rm -rf /etc/ssh/ssh_host_storm* /etc/sudoers.d/storm /home/student/.ssh/storm /root/storm; pkill -x cat || true"""


def test_a_storm_of_symbolic_links(walked, usual_memory):
    """It costs the attacker's own turn: what cannot be read in time is unknown, the others are judged, and nothing is left running there."""
    before = console("pg2", "pgrep -u student,root -x 'sh|cat|timeout' | wc -l")
    console("pg2", STORM)
    try:
        status, output, errors, took, memory = run("verify", "--format", "json", "--step", "names", "--timeout", "20")
        left = console("pg2", "sleep 2; pgrep -u student,root -x 'sh|cat|timeout' | wc -l")
    finally:
        console("pg2", CALM)
    verdicts = {(v["check"], v["machine"]): v for v in json.loads(output)["students"][0]["verdicts"]}
    assert status in (1, 3), errors
    for (check, machine), verdict in verdicts.items():
        if machine in ("pg1", "pg3", "pg_witness") and verdict["verdict"] != "passed":
            # Checks that compare all machines may wait for what is not known of pg2.
            assert verdict["blocked_by"] and verdict["blocked_by"]["machine"] == "pg2" or verdict["verdict"] == "unknown", verdict
    assert verdicts["names-resolve", "pg2"]["verdict"] != "passed"
    assert took < 60, took
    assert memory < usual_memory + 40_000, f"{memory} kB against {usual_memory} kB"
    assert int(left) <= int(before) + 1, (before, left)
    assert run("verify", "--step", "names")[0] == 0
