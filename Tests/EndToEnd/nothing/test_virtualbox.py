"""'lab machines' for machines in VirtualBox: it proposes what VirtualBox says. The stand-in answers here; prove_virtualbox.py does the same with the
real program."""
import os

from virtualbox import StandIn, make_machines, take_proposals


def test_the_first_run_proposes_what_virtualbox_says(tmp_path):
    computer = StandIn(tmp_path / "computer")
    computer.add_network()
    make_machines(computer)
    program = tmp_path / "bin/VBoxManage"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nHOME={computer.home} VBOX_NO_MODULE=1 exec {computer.program} "$@"\n')
    program.chmod(0o755)
    said, file = take_proposals(tmp_path, f"{program.parent}:{os.environ['PATH']}")
    assert "pg1: powered off, address 192.168.56.11 (fixed in VirtualBox's DHCP server), port 2201 of this computer leads to its port 22" in said
    assert "pg2: powered off, address not known to VirtualBox (192.168.56.12 is the course's plan), port 2202 of this computer" in said
    assert "pg3: powered off, address not known to VirtualBox (192.168.56.13 is the course's plan), no forwarded port" in said
    assert "pg_witness: no machine of this name" in said
    for line in ["address: '192.168.56.11'", "port: 2201", "address: '192.168.56.12'", "port: 2202", "address: '192.168.56.13'", "address: '192.0.2.14'"]:
        assert line in file, file
    assert file.count("reach: '127.0.0.1'") == 3


def test_without_virtualbox_the_addresses_are_typed(tmp_path):
    said, _ = take_proposals(tmp_path, "/usr/bin:/bin", typed={name: f"192.0.2.{number} 127.0.0.{number}:1" for number, name in enumerate(["pg1", "pg2", "pg3", "pg_witness"], 11)})
    assert "VBoxManage did not answer on this computer. So please type them." in said
