"""The fifteen checks in Testinfra's words."""
import os

PORT = os.environ["FIFTEEN_PORT"]


def test_machine_reached(host):
    assert host.run("true").rc == 0


def test_passwd_there(host):
    assert host.file("/etc/passwd").exists


def test_shadow_closed(host):
    assert host.file("/etc/shadow").mode & 0o004 == 0


def test_tmp_sticky(host):
    assert host.file("/tmp").mode == 0o1777


def test_hosts_owned(host):
    assert host.file("/etc/hosts").user == "root"


def test_sh_runs(host):
    assert host.run("test -x /bin/sh").rc == 0


def test_root_home_closed(host):
    assert host.file("/root").user == "root"


def test_machine_id_set(host):
    assert len(host.file("/etc/machine-id").content_string.strip()) == 32


def test_sshd_runs(host):
    assert host.process.filter(comm="sshd")


def test_ssh_port_open(host):
    assert host.socket(f"tcp://0.0.0.0:{PORT}").is_listening


def test_root_there(host):
    assert host.user("root").exists


def test_nobody_there(host):
    assert host.user("nobody").exists


def test_pid_limit(host):
    assert host.sysctl("kernel.pid_max") >= 4096


def test_swappiness_sane(host):
    assert 0 <= host.sysctl("vm.swappiness") <= 200


def test_awk_there(host):
    assert host.exists("awk")
