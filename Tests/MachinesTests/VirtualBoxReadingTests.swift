import Testing

@testable import Machines

/// What VirtualBox says of machines. The answers are those of VBoxManage 7.2.22; MAC addresses and names are others.
@Suite struct VirtualBoxReadingTests {
    /// A card on a network of kind `network`, and NAT with one rule.
    private func info(state: String = "poweroff", network: String = "hostonly", forward: String = "ssh,tcp,127.0.0.1,2201,,22") -> String {
        """
        name="pg1"
        VMState="\(state)"
        VMStateChangeTime="2026-11-30T17:38:20.601000000"
        macaddress1="0800270C85EB"
        nic1="nat"
        nictype1="82540EM"
        Forwarding(0)="\(forward)"
        hostonlyadapter2="vboxnet0"
        macaddress2="080027ED9A79"
        nic2="\(network)"
        nic3="none"
        """
    }
    private let servers = """
        NetworkName:    HostInterfaceNetworking-vboxnet0
        Dhcpd IP:       192.168.56.100
        Global Configuration:
            minLeaseTime:     default
                1/legacy: 255.255.255.0
        Groups:               None
        Individual Config:    VM NIC: 02285fda-e335-4c98-a17c-99286aed2d2a slot 0, MAC 08:00:27:0c:85:eb
            Fixed Address:    192.168.56.99
        Individual Config:    VM NIC: 02285fda-e335-4c98-a17c-99286aed2d2a slot 1, MAC 08:00:27:ed:9a:79
            Fixed Address:    192.168.56.11
            minLeaseTime:     default
        """
    private func lease(_ state: String) -> String {
        """
        IP Address:  192.168.56.101
        MAC Address: 08:00:27:ed:9a:79
        State:       \(state)
        TTL:         600 sec, currently 599 sec left
        """
    }
    private let guest = """
        /VirtualBox/GuestInfo/Net/0/MAC   = '080027ED9A79' @ 2026-11-30T17:38:45.870Z
        /VirtualBox/GuestInfo/Net/0/V4/IP = '192.168.56.31' @ 2026-11-30T17:38:45.870Z
        /VirtualBox/GuestInfo/Net/1/MAC   = '0800270C85EB' @ 2026-11-30T17:38:45.870Z
        /VirtualBox/GuestInfo/Net/1/V4/IP = '10.0.2.15'    @ 2026-11-30T17:38:22.747Z
        """

    /// What is read of pg1, with these answers to the first word or two of a call; others are refused.
    private func machine(_ answers: [String: String]) throws -> VirtualBox.Machine? {
        try VirtualBox(["pg1", "pg2"]) { words in
            if words == ["list", "vms"] {
                let list = "\"golden\" {e6ca8d58-411e-463f-a87c-c84afc83440e}\n\"pg1\" {02285fda-e335-4c98-a17c-99286aed2d2a}\n"
                return (0, list, "WARNING: The character device /dev/vboxdrv does not exist.\n")
            }
            let answer = answers[words.prefix(2).joined(separator: " ")]
            return (answer == nil ? 1 : 0, answer ?? "", "VBoxManage: error: no")
        }.machines["pg1"]
    }

    @Test func theFixedAddressIsThatOfTheCardOnTheMachinesNetwork() throws {
        let machine = try machine(["showvminfo pg1": info(), "list dhcpservers": servers])
        #expect(machine?.address == .init(text: "192.168.56.11", source: .fixed))
        #expect(machine?.forward == .init(address: "127.0.0.1", port: 2201))
        #expect(machine?.state == "poweroff")
    }

    @Test func aRunningGuestKnowsBest() throws {
        let answers = ["list dhcpservers": servers, "guestproperty enumerate": guest]
        let running = try machine(answers.merging(["showvminfo pg1": info(state: "running")]) { $1 })
        #expect(running?.address == .init(text: "192.168.56.31", source: .guest))
        // What a guest said before it was switched off is old.
        #expect(try machine(answers.merging(["showvminfo pg1": info()]) { $1 })?.address?.source == .fixed)
    }

    @Test(arguments: [("acked", "192.168.56.101"), ("expired", nil), ("offered", nil)])
    func onlyALeaseThatIsInForceCounts(state: String, address: String?) throws {
        let machine = try machine(["showvminfo pg1": info(), "list dhcpservers": "", "dhcpserver findlease": lease(state)])
        #expect(machine?.address?.text == address)
    }

    @Test(arguments: [
        ("x,tcp,,2209,,22", 2209), ("x,tcp,0.0.0.0,2209,10.0.2.15,22", 2209), ("x,udp,127.0.0.1,2209,,22", nil),
        ("x,tcp,127.0.0.1,5432,,5432", nil),
        ("x,tcp,127.0.0.1,0,,22", nil), ("x,tcp,127.0.0.1", nil), ("x,tcp,-oProxyCommand=x,2209,,22", nil),
    ])
    func onlyARuleThatLeadsToPort22Counts(rule: String, port: Int?) throws {
        let forward = try machine(["showvminfo pg1": info(forward: rule)])?.forward
        #expect(forward?.port == port)
        #expect(forward == nil || forward?.address == "127.0.0.1")
    }

    @Test func aMachineWithoutACardThereHasNoAddress() throws {
        #expect(try machine(["showvminfo pg1": info(network: "none"), "list dhcpservers": servers])?.address == nil)
    }

    @Test func hostileAnswersAreNoAddresses() throws {
        let hostile = servers.replacing("192.168.56.11", with: "$(touch${IFS}x)")
        #expect(try machine(["showvminfo pg1": info(), "list dhcpservers": hostile])?.address == nil)
        #expect(try machine(["showvminfo pg1": ""])?.state == "unknown")
    }

    @Test func otherMachinesAreNotAskedAbout() throws {
        var asked: [[String]] = []
        let box = try VirtualBox(["pg2"]) { words in
            asked.append(words)
            return (0, "\"pg1\" {02285fda-e335-4c98-a17c-99286aed2d2a}\n", "")
        }
        #expect(box.machines.isEmpty)
        #expect(asked == [["list", "vms"]])
    }

    @Test func silenceHasAReason() {
        #expect(throws: VirtualBox.Silence.noProgram) { try VirtualBox(["pg1"]) { _ in nil } }
        let said =
            "WARNING: The character device /dev/vboxdrv does not exist.\nVBoxManage: error: Failed to create the VirtualBox object!\n"
        #expect(throws: VirtualBox.Silence.refused("Failed to create the VirtualBox object!")) {
            try VirtualBox(["pg1"]) { _ in (1, "", said) }
        }
    }

    /// A forwarded port that nobody listens at says nothing of the machine behind it.
    @Test(arguments: [("127.0.0.1 port 2201", false), ("::1 port 2201", false), ("192.168.56.11 port 22", true)])
    func aRefusalByThisComputerDoesNotSayThatTheMachineIsUp(place: String, isUp: Bool) {
        #expect(ConnectionError.refused(place: place).advice.contains("The machine is up") == isUp)
    }
}
