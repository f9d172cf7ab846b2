"""A longer proof: every VBoxManage command of the course, given to the real VBoxManage and to the stand-in of the unit tests, and compared call by call.

What it does not prove: that a machine starts, or anything that is seen in one, since there is no kernel module here. Both know that, and refuse to start
machines with the same message. The host-only adapter is a veth pair with its name: `hostonlyif create` is compared where it fails."""
import json
import os
import re

import pytest
from commands import lab
from virtualbox import RealVirtualBox, StandIn, make_iso, make_machines, take_proposals

MACHINES = """
format: 1
lab: postgresql-cluster
environment: virtualbox
platform: {platform}
defaults: {{user: student}}
machines:
  pg1: {{address: 192.168.56.11}}
  pg2: {{address: 192.168.56.12}}
  pg3: {{address: 192.168.56.13}}
  pg_witness: {{address: 192.168.56.14}}
"""
NAMES = ["pg1", "pg2", "pg3", "pg_witness"]
# As much of each as VirtualBox reads to know what it is.
ISOS = {
    "Rocky-9.6-x86_64-minimal.iso": {".treeinfo": "[general]\narch = x86_64\nfamily = Rocky Linux\nname = Rocky Linux 9.6\nversion = 9.6\n"},
    "debian-12.11.0-amd64-netinst.iso": {
        ".disk/info": 'Debian GNU/Linux 12.11.0 "Bookworm" - Official amd64 NETINST with firmware 20250517-09:51\n', "README.txt": "x\n",
        "isolinux/isolinux.cfg": "default vesamenu.c32\n", "isolinux/txt.cfg": "label install\n\tkernel /install.amd/vmlinuz\n\tappend initrd=/install.amd/initrd.gz --- quiet\n",
        "install.amd/vmlinuz": "k", "install.amd/initrd.gz": "i"}}


@pytest.fixture(scope="module")
def virtualbox(tmp_path_factory):
    if reason := RealVirtualBox.missing():
        pytest.skip(f"no real VBoxManage here: {reason}")
    real = RealVirtualBox(tmp_path_factory.mktemp("virtualbox") / "debian")
    try:
        real.make()
        yield real
    finally:
        real.end()


@pytest.fixture
def both(virtualbox, tmp_path):
    """A new home for each of the two, without the network."""
    virtualbox.remove_network()
    pair = virtualbox.new_account(), StandIn(tmp_path / "home")
    for name, contents in ISOS.items():
        made = virtualbox.folder / "tmp" / name
        if not made.exists():
            make_iso(virtualbox, made, contents)
        for computer in pair:
            (computer.home / "Downloads" / name).write_bytes(made.read_bytes())
    pair[0].own()
    return pair


def add_network(both):
    both[0].virtualbox.add_network()
    both[1].add_network()


def blocks(markdown):
    """The blocks with VBoxManage in a document, in order. There is no program here that could show golden in a window."""
    return [block.replace("--type gui", "--type headless") for block in re.findall(r"^```\n(.*?)^```$", markdown, re.M | re.S) if "VBoxManage" in block]


def of_step(step, platform, tmp_path):
    """What a step has to type for VirtualBox: its tasks, and the blocks of its text."""
    file = tmp_path / "machines.yaml"
    file.write_text(MACHINES.format(platform=platform))
    text, tasks = lab("show", step, "--machines", file, "--format", "markdown").stdout.split("## What to type", 1)
    return blocks(tasks), blocks(text)


def undo(platform, tmp_path):
    """The blocks that take the machines away. `lab again` draws them for a terminal, indented."""
    file = tmp_path / "machines.yaml"
    file.write_text(MACHINES.format(platform=platform))
    said = lab("again", "machines", "--machines", file).stdout
    return [re.sub(r"^ {4}", "", block, flags=re.M) for block in re.findall(r"(?:^ {4}.*\n)+", said, re.M) if "VBoxManage" in block]


def compare(real, stand_in):
    """The stand-in ends as the real one does, says the same messages, and prints nothing that the real one does not print."""
    (real_status, real_calls), (status, calls) = real, stand_in
    for one, other in zip(real_calls, calls):
        assert one.words == other.words, f"real: {one}\nstand-in: {other}"
        assert one.status == other.status, f"real: {one}\nstand-in: {other}"
        if other.messages != ["VBoxManage: error: "]:
            assert one.messages[:len(other.messages)] == other.messages and bool(one.messages) == bool(other.messages), f"real: {one}\nstand-in: {other}"
        # What only the version and the usage say is not compared.
        said = [line for line in other.out.splitlines() if line and line != "Usage" and other.words != ["--version"]]
        invented = set(said) - set(one.out.splitlines())
        assert not invented, f"the real one does not print {invented}\nreal: {one}\nstand-in: {other}"
    assert len(real_calls) == len(calls), f"real: {len(real_calls)} calls, stand-in: {len(calls)}\n{real_calls[-1]}"
    assert real_status == status
    return status, real_calls


def type_both(both, block, changes=None):
    return compare(*(computer.type(block, changes) for computer in both))


def test_the_program_is_the_real_one(virtualbox):
    status, calls = virtualbox.new_account().type("VBoxManage --version; VBoxManage list ostypes")
    print(calls[0].out.strip())
    assert status == 0
    assert re.match(r"7\.\d+\.\d+", calls[0].out), calls[0].out
    for kind in "RedHat9_64", "Debian12_64":
        assert f"ID / Description: {kind} " in calls[1].out


@pytest.mark.parametrize("platform", ["rocky9", "debian12"])
def test_every_block_of_the_course_twice(both, platform, tmp_path):
    tasks, texts = of_step("machines", platform, tmp_path)
    assert len(tasks) == 10
    # Without the module there is no adapter: the block says so and ends. The veth pair takes its place.
    status, calls = type_both(both, tasks[1])
    assert status == 1
    assert calls[-1].words == ["hostonlyif", "create"]
    assert "Failed to create the host-only adapter" in calls[-1].err
    add_network(both)
    typed = 1
    for block in tasks:
        for _ in range(2):
            status, calls = type_both(both, block)
            if any(call.words[0] == "startvm" for call in calls):
                assert status == 1
                assert all("terminated unexpectedly during startup" in call.err for call in calls if call.words[0] == "startvm")
            else:
                assert status == 0, "\n".join(map(str, calls))
            assert not any("warning" in call.err for call in calls)
            typed += len(calls)
        if platform == "debian12" and "createmedium" in block:
            unattended = next(text for text in texts if "unattended" in text)
            for _ in range(2):
                status, calls = type_both(both, unattended)
                assert status == 0, "\n".join(map(str, calls))
                typed += len(calls)
    # All that a clone must not share.
    state = {name: both[0].type(f"VBoxManage showvminfo {name} --machinereadable")[1][0].out.splitlines() for name in NAMES}
    for number, name in enumerate(NAMES, 1):
        assert [line for line in state[name] if line.startswith("Forwarding")] == [f'Forwarding(0)="ssh,tcp,127.0.0.1,220{number},,22"']
        assert 'hostonlyadapter2="vboxnet0"' in state[name]
        assert 'VMState="poweroff"' in state[name]
    addresses = both[0].type("VBoxManage list dhcpservers")[1][0].out
    assert sorted(re.findall(r"Fixed Address: +(\S+)", addresses)) == [f"192.168.56.1{number}" for number in range(1, 5)]
    raw = (both[0].home / "VirtualBox VMs").glob("*/*.vbox")
    macs = [mac for file in raw for mac in re.findall(r'<Adapter slot="[01]"[^>]*MACAddress="([0-9A-F]{12})"', file.read_text())]
    assert len(macs) == 10 and len(set(macs)) == 10, macs
    # Stop, snapshot, back; then the power in step failover; then all is taken away, twice.
    for block in [text for text in texts if "unattended" not in text] + undo(platform, tmp_path):
        for _ in range(2):
            status, calls = type_both(both, block)
            assert status == 0, "\n".join(map(str, calls))
            typed += len(calls)
    assert "unregistervm" in block
    assert sorted(path.name for path in (both[0].home / "VirtualBox VMs").iterdir()) == ["golden"]
    print(f"{platform}: {typed} calls of both compared")


def test_the_power_of_pg1(both, tmp_path):
    tasks, _ = of_step("machines", "debian12", tmp_path)
    add_network(both)
    for block in tasks:
        type_both(both, block)
    for block in of_step("failover", "debian12", tmp_path)[0]:
        status, calls = type_both(both, block)
        assert [call.words[0] for call in calls] in (["list"], ["list", "startvm"])
        assert status == len(calls) - 1


def test_stopped_after_each_change(both, tmp_path):
    """Ctrl-C before the second change, again and again: each time the block gets one change further, and then it is done."""
    tasks, _ = of_step("machines", "rocky9", tmp_path)
    add_network(both)
    for block in tasks:
        if "startvm" in block:
            continue
        for attempt in range(20):
            status, calls = type_both(both, block, changes=1)
            if status == 0:
                break
            # What may be done any number of times is done again each time: the rest of such a block is typed without Ctrl-C.
            if "dhcpserver modify" in block or "storagectl SATA --port 1" in block and attempt > 3:
                status, calls = type_both(both, block)
                break
        assert status == 0, f"{block}\n" + "\n".join(map(str, calls))
    for name in NAMES:
        assert both[0].type(f"VBoxManage showvminfo {name}")[0] == 0


def test_lab_asks_the_real_one_why_a_machine_is_not_reached(both, tmp_path):
    """One is off, one has a card in a network that is not there, one is under another name, and the fourth was never made."""
    real = both[0]
    add_network(both)
    calls = """
        createvm --name pg1 --ostype Debian12_64 --register
        modifyvm pg1 --nic2 hostonly --hostonlyadapter2 vboxnet0
        createvm --name pg2 --ostype Debian12_64 --register
        modifyvm pg2 --nic2 hostonly --hostonlyadapter2 vboxnet7
        createvm --name PG3 --ostype Debian12_64 --register"""
    assert real.type("\n".join(f"VBoxManage {call.strip()}" for call in calls.split("\n")[1:]))[0] == 0
    real.write_program(tmp_path)
    file = tmp_path / "machines.yaml"
    # Nobody listens there, which is soon known.
    ways = [f"  {name}: {{address: 192.168.56.1{number}, reach: 127.0.0.1, port: {number}}}\n" for number, name in enumerate(NAMES, 1)]
    file.write_text(MACHINES.format(platform="debian12").split("machines:")[0] + "machines:\n" + "".join(ways))
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    report = json.loads(lab("verify", "--step", "machines", "--machines", file, "--format", "json", env=environment).stdout)
    found = {v["machine"]: [cause["cause"] for cause in v["causes"]] for v in report["students"][0]["verdicts"] if v["check"] == "machine-reached"}
    assert found == {"pg1": ["vm-off"], "pg2": ["vm-network-missing"], "pg3": ["vm-missing"], "pg_witness": ["vm-missing"]}


def test_lab_proposes_what_the_real_one_says(both, tmp_path):
    """The same words from the real one and from the stand-in, on which the daily test rests."""
    add_network(both)
    said = []
    for number, computer in enumerate(both):
        make_machines(computer)
        folder = tmp_path / str(number)
        (folder / "bin").mkdir(parents=True)
        if number == 0:
            computer.write_program(folder / "bin")
        else:
            (folder / "bin/VBoxManage").write_text(f'#!/bin/sh\nHOME={computer.home} VBOX_NO_MODULE=1 exec {computer.program} "$@"\n')
            (folder / "bin/VBoxManage").chmod(0o755)
        words, file = take_proposals(folder, f"{folder}/bin:{os.environ['PATH']}")
        said.append((words[words.index("VirtualBox on this computer says"):words.index("Enter takes")], file))
    assert said[0] == said[1]
    assert "pg1: powered off, address 192.168.56.11 (fixed in VirtualBox's DHCP server), port 2201 of this computer leads to its port 22" in said[0][0]


# Calls of all kinds, right and wrong, in this order.
CALLS = """
createvm --name golden --ostype RedHat9_64 --register
createvm --name golden --ostype RedHat9_64 --register
createvm --name x --ostype Nosuch --register
createvm --nam x --ostype RedHat9_64
createvm --name x --ostype redhat9_64
clonevm golden --name x --register
modifyvm golden --nic2 hostonly --hostonlyadapter2 vboxnet0
modifyvm golden --nic2 HostOnly --host-only-adapter2 vboxnet0
modifyvm golden --natpf1 ssh,tcp,127.0.0.1,2222,,22
modifyvm golden --natpf1 ssh,tcp,127.0.0.1,2222,,22
modifyvm golden --natpf1 other,tcp,127.0.0.1,2222,,22
modifyvm golden --natpf1 delete ssh --natpf1 ssh,tcp,127.0.0.1,2201,,22
modifyvm golden --natpf1 delete nosuch
modifyvm golden --natpf1 ssh,tcp,22,22
modifyvm golden --natpf1 x,tpc,127.0.0.1,2209,,22
modifyvm golden --nic2 host
modifyvm golden --nic2 hostonlynet
modifyvm golden --nic9 nat
modifyvm golden --nic2x nat
modifyvm golden --memoryx 5
modifyvm golden --memory abc
modifyvm golden --memory 0
modifyvm golden --cpus 0
modifyvm golden --macaddress1 08:00:27:aa:bb:cc
modifyvm golden --macaddress1 080027AABBCC
modifyvm golden --chipset piix4
modifyvm golden --boot1 dsk
modifyvm golden
modifyvm nosuch --cpus 1
createmedium disk --filename /tmp/x.vdi
createmedium disk --filename disk.vdi --size 5
createmedium disk --filename disk.vdi --size 5
showmediuminfo disk disk.vdi
showmediuminfo disk nosuch.vdi
storagectl golden --name SATA --add saat
storagectl golden --name SATA --ad sata
storagectl golden --name SATA --add sata --portcount 2
storagectl golden --name SATA --add sata --portcount 2
storageattach golden --storagectl IDE --port 1 --device 0 --type dvddrive --medium emptydrive
storageattach golden --storagectl SATA --port 1 --device 0 --type dvddrive --medium emptydrive
storageattach golden --storagectl SATA --prot 1 --device 0 --type dvddrive --medium emptydrive
storageattach golden --storagectl SATA --port 1 --device 0 --type dvddrive --medium /nosuch.iso
storageattach nosuch --storagectl SATA --port 1 --device 0 --type dvddrive --medium emptydrive
showvminfo golden --machinereadable
showvminfo golden --machinereadble
showvminfo nosuch
showvminfo
clonevm golden --nameless x
clonevm nosuch --name a
clonevm golden --name golden --register
clonevm golden --name b --mode machinechildren
clonevm golden --name b --options Link
clonevm golden --name b --snapshot nosuch
clonevm golden --name '' --register
clonevm golden --name b --uuid nonsense
clonevm golden --name b --groups pg
clonevm --name b1 golden --options=KeepAllMACs --mode Machine --register
clonevm golden --name b2 --mode machineandchildren --register
clonevm golden --name b3 --options=keepnatmacs,keepdisknames
clonevm golden --name b3 --register
clonevm
list vms
list runningvms
list nosuch
list hostonlynets
hostonlynet add --name x
startvm golden --type headless
startvm --type HEADLESS golden nosuch
startvm golden --type head
startvm golden --typ gui
startvm
controlvm golden poweroff
controlvm nosuch poweroff
discardstate golden
discardstate nosuch
snapshot golden list
snapshot golden take fresh
snapshot golden list
snapshot golden restore fresh
snapshot golden restore nosuch
snapshot nosuch list
dhcpserver add --interface=vboxnet0 --server-ip=192.168.56.100 --netmask=255.255.255.0 --lower-ip=192.168.56.101 --upper-ip=192.168.56.254 --enable
dhcpserver modify --interface=vboxnet0 --vm=golden --nic=2 --fixed-address=192.168.56.10
dhcpserver modify --interface=vboxnet0 --vm=nosuch --nic=2 --fixed-address=192.168.56.10
dhcpserver modify --interface=vboxnet7 --vm=golden --nic=2 --fixed-address=192.168.56.10
dhcpserver modify --interface=vboxnet0 --vm=golden --nic=2 --fixed-adress=192.168.56.10
dhcpserver modify --interface=vboxnet0 --vm=golden --nic=2 --fixed-address=192.168.56.300
list dhcpservers
guestproperty enumerate golden
guestproperty enumerate nosuch
hostonlyif create
hostonlyif creat
unregistervm b1 b2 --delete
unregistervm nosuch --delete
unregistervm b1
unregistervm b1 --delete
clonevm golden --name b1 --register
unregistervm b2 --delete
nosuch
"""


@pytest.mark.parametrize("network", [False, True], ids=["without-network", "with-network"])
def test_call_by_call(both, network):
    """One after the other, whatever came of the ones before."""
    if network:
        add_network(both)
    calls = CALLS.split("\n")[1:-1]
    differ = []
    for call in calls:
        try:
            type_both(both, f"VBoxManage {call}")
        except AssertionError as difference:
            differ.append(str(difference))
    print(f"{len(calls)} calls compared, {len(differ)} differ")
    assert not differ, "\n\n".join(differ)
