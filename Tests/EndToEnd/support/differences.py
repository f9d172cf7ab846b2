"""What `diff` says after a drill's fault was put in."""
import re
import subprocess

from commands import LAB

# By drill: what its first three lines have to name.
NAMED = {
    "apply-delayed": r"pg3 setting recovery_min_apply_delay|pg3 settings line .*\s*recovery_min_apply_delay: new",
    "hba-line-lost": r"access rule host replication repmgr samenet: gone",
    "line-lost": r"pg3 hosts line \S+ pg2: gone",
    "pgpass-open": r"pg2 password file .*: mode 600 . 644",
    "file-of-root": r"pg3 repmgr conf file: owner postgres . root",
    "left-manual": r"pg2 repmgr conf failover: new \(manual",
    "daemon-asleep": r"pg3 repmgrd process: state \w+ . T",
    "limit-on-standby": r"pg3 (start )?setting max_connections",
    "slot-dropped": r"pg1 slot repmgr_slot_3: gone",
    "wrong-witness": r"repmgr node 4: upstream 1 . 3",
    "sudo-last-word": r"pg1 sudoers file /etc/sudoers.d/zz-uptime: new",
    "key-line-lost": r"pg2 authorized key",
    "server-masked": r"pg_witness server unit: fragment",
    "half-restored": r"pg1 note: has key yes . no",
}


def in_companion(*lines):
    """What lab prints for these lines, without progress."""
    said = subprocess.run([LAB], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=900)
    return said.stdout


def after(drill):
    """The first three lines of `diff` with a drill's fault in the machines, and its exit as the companion tells it; the fault is mended then."""
    said = in_companion(f"drill {drill}", "diff", "giveup")
    assert "The machines are as they were." in said, said
    lines = said.split("> diff\n")[1].split("\n\n>")[0].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("Since the drill began"))
    return lines[begin:begin + 3]


def assert_named(drill):
    lines = after(drill)
    assert re.search(NAMED[drill], " ".join(line.strip() for line in lines[1:])), lines
