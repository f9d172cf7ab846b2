import Foundation
import Glibc
import TestSupport
import Testing

@testable import Sandbox

/// The parts of the sandbox that need no podman. What needs it is in Tests/EndToEnd.
@Suite struct SandboxTests {
    private static let description = SandboxDescription(
        lab: "x", machines: ["pg1", "pg2", "pg3", "pg_witness"], platform: "debian12", network: "10.77.0", firstPort: 22201,
        suites: ["debian12": "bookworm", "debian13": "trixie", "rocky9": "trixie"],
        folder: RecordedWalk.root.appending(path: "labs/postgresql-cluster/sandbox"), engine: RecordedWalk.root.appending(path: "sandbox"))
    private var description: SandboxDescription { Self.description }
    let plan = SandboxPlan.standard(Self.description)

    @Test func machinesDifferInEverythingThatMustDiffer() {
        #expect(plan.machines.map(\.name) == ["pg1", "pg2", "pg3", "pg_witness"])
        #expect(Set(plan.machines.map(\.address)).count == 4)
        #expect(Set(plan.machines.map(\.port)).count == 4)
        #expect(Set(plan.machines.map(\.mac)).count == 4)
        #expect(plan.machines.allSatisfy { $0.mac.count == 17 })
    }

    @Test func aPlatformSaysWhatItsMachinesAre() throws {
        let about = try #require(description.about("rocky9"))
        #expect(about.contains("no Rocky image"))
        #expect(description.about("debian12") == nil)
    }

    @Test func aPlatformIsBuiltFromItsPackagesOrByItsOwnProgram() {
        let packages = URL(filePath: "/packages")
        let words = description.builder(of: "debian13", image: "i", packages: packages)
        #expect(words[0] == description.engine.appending(path: "build-image").path)
        #expect(Array(words[1...]) == ["i", "/packages", description.folder(of: "debian13").path, "trixie", description.engine.path])
        #expect(description.builder(of: "rocky9", image: "i", packages: packages)[0].hasSuffix("/rocky9/build"))
        #expect(description.canBuild("debian13") && description.canBuild("rocky9") && !description.canBuild("nothing"))
    }

    @Test func workIsSharedAndTakingDownIsNot() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: "lock")
            let one = try SandboxLock(file, shared: true)
            let two = try SandboxLock(file, shared: true)
            #expect(throws: SandboxError.inUse) { try SandboxLock(file) }
            withExtendedLifetime((one, two)) {}
        }
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: "lock")
            let alone = try SandboxLock(file)
            #expect(throws: SandboxError.inUse) { try SandboxLock(file, shared: true) }
            withExtendedLifetime(alone) {}
        }
    }

    @Test func aSecondSandboxSharesNothingWithTheFirst() {
        let other = SandboxPlan.standard(description, prefix: "other", network: "10.99.0", firstPort: 23000)
        #expect(Set(plan.machines.map(plan.container)).isDisjoint(with: other.machines.map(other.container)))
        #expect(Set(plan.machines.map(\.mac)).isDisjoint(with: other.machines.map(\.mac)))
        #expect(plan.networkName != other.networkName)
    }

    @Test func aChosenPlanIsTheStandardOneWhereNothingWasChosen() throws {
        #expect(try SandboxPlan.chosen(prefix: nil, network: nil, firstPort: nil, platform: nil, of: description) == plan)
        let other = try SandboxPlan.chosen(prefix: "lab-2", network: "10.99.0", firstPort: 65532, platform: "rocky9", of: description)
        #expect(other == .standard(description, prefix: "lab-2", network: "10.99.0", firstPort: 65532, platform: "rocky9"))
        #expect(other.machines.map(\.port).max() == 65535)
        #expect(
            try SandboxPlan.chosen(prefix: "lab-2", network: nil, firstPort: nil, platform: nil, of: description, there: other) == other)
        #expect(
            try SandboxPlan.chosen(prefix: "lab-3", network: nil, firstPort: nil, platform: nil, of: description, there: other)
                == .standard(description, prefix: "lab-3"))
    }

    @Test(arguments: ["", "a;b", "A", "-a", "a b", "../a", String(repeating: "a", count: 33)])
    func aPrefixThatDoesNotFitIsRefused(text: String) {
        #expect(throws: SandboxPlan.Misfit.prefix(text)) {
            try SandboxPlan.chosen(prefix: text, network: nil, firstPort: nil, platform: nil, of: description)
        }
    }

    @Test(arguments: ["", "10.77", "10.77.0.1", "10.77.256", "10.077.0", "127.0.0", "0.1.2", "10.+7.0", "a.b.c"])
    func aNetworkThatDoesNotFitIsRefused(text: String) {
        #expect(throws: SandboxPlan.Misfit.network(text)) {
            try SandboxPlan.chosen(prefix: nil, network: text, firstPort: nil, platform: nil, of: description)
        }
    }

    @Test(arguments: [Int.min, 0, 65533, Int.max]) func aPortThatDoesNotFitIsRefused(port: Int) {
        #expect(throws: SandboxPlan.Misfit.firstPort(port, 1...65532)) {
            try SandboxPlan.chosen(prefix: nil, network: nil, firstPort: port, platform: nil, of: description)
        }
    }

    @Test func aPlatformThatIsNotKnownIsRefused() {
        #expect(throws: SandboxPlan.Misfit.platform("../x", known: ["debian12", "debian13", "rocky9"])) {
            try SandboxPlan.chosen(prefix: nil, network: nil, firstPort: nil, platform: "../x", of: description)
        }
    }

    @Test func statesAreReadFromPodmansList() {
        let states = Sandbox.states("lab_pg1 running\nlab_pg2 exited\nlab_pg3 Up\nother_pg1 running\nrubbish\n", plan)
        #expect(states == ["pg1": .running, "pg2": .stopped, "pg3": .running])
    }

    @Test func aPureCgroupTreeIsAnOrdinaryHost() throws {
        try TemporaryFolder.with { folder in
            #expect(Host.probe(root: folder.path) == .restricted)
            try Data().write(to: folder.appending(path: "cgroup.controllers"))
            #expect(Host.probe(root: folder.path) == .ordinary)
        }
    }

    @Test func theInventoryQuotesPaths() {
        let files = SandboxFiles(state: URL(filePath: "/home/o'neill/a b"))
        let text = SandboxFiles.inventory(plan, files: files)
        #expect(text.contains("identity: '/home/o''neill/a b/id_ed25519'"))
        #expect(text.contains("pg_witness: {address: 10.77.0.14, port: 22204}"))
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        await #expect(throws: SandboxError.missing(program: "no-such-program-here")) {
            try await Program().run(["no-such-program-here"], doing: "trying")
        }
    }

    @Test func aProgramThatHangsIsStopped() async throws {
        await #expect(throws: SandboxError.tooSlow(doing: "sleeping", seconds: 1)) {
            try await Program().run(["sleep", "60"], seconds: 1, doing: "sleeping")
        }
    }

    @Test func aSecondSandboxCommandIsKeptOut() throws {
        try TemporaryFolder.with { folder in
            let url = folder.appending(path: "lock")
            let first = try SandboxLock(url)
            #expect(throws: SandboxError.inUse) { try SandboxLock(url) }
            withExtendedLifetime(first) {}
        }
    }

    @Test func whoWaitsGetsTheLockWhenItIsFree() async throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appending(path: "lock")
        var first: SandboxLock? = try SandboxLock(url)
        await #expect(throws: SandboxError.inUse) { try await SandboxLock.waiting(url, seconds: 0) }
        #expect(first != nil)
        first = nil
        let second = try await SandboxLock.waiting(url, seconds: 5)
        #expect(throws: SandboxError.inUse) { try SandboxLock(url) }
        withExtendedLifetime(second) {}
        withExtendedLifetime(folder) {}
    }

    @Test func hostKeysAreFoundAgainByMachine() throws {
        try TemporaryFolder.with { folder in
            let files = SandboxFiles(state: folder)
            #expect(files.knownKeys(plan).isEmpty)
            try files.writeKnownHosts([(plan.machines[0], ["ssh-ed25519 AAAA", "ssh-rsa BBBB"]), (plan.machines[1], [])])
            #expect(files.knownKeys(plan) == ["pg1": ["ssh-ed25519 AAAA", "ssh-rsa BBBB"]])
            let mode = try FileManager.default.attributesOfItem(atPath: files.knownHosts.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aPlanIsRememberedWhole() throws {
        try TemporaryFolder.with { folder in
            let files = SandboxFiles(state: folder)
            #expect(files.storedPlan() == nil)
            let other = SandboxPlan.standard(description, prefix: "other", network: "10.99.0", firstPort: 23000)
            try files.store(other)
            #expect(files.storedPlan() == other)
            #expect(other != plan)
        }
    }

    @Test func everyErrorSaysWhatToDo() {
        let errors: [SandboxError] = [
            .missing(program: "podman"), .notAllowed(doing: "unshare", said: "no"), .imageFailed(said: "x", log: "/l"),
            .portTaken(port: 1, machine: "pg1"), .notBooted(machine: "pg1", seconds: 9, said: "x"), .noWatches(machine: "pg1", limit: 128),
            .inUse,
            .otherPlan(subnet: "10.0.0.0/24", ports: [1]), .noMachine("x", known: ["pg1"]),
        ]
        #expect(errors.allSatisfy { $0.description.count > 40 })
        #expect(SandboxError.missing(program: "podman").description.contains("Your own machines work as well"))
    }

    @Test func inotifyInstancesThatAreUsedUpAreNoticed() {
        #expect(
            Watches.areExhausted {
                errno = EMFILE; return -1
            })
        #expect(
            !Watches.areExhausted {
                errno = ENOSYS; return -1
            })
        var left = 3
        #expect(
            Watches.areExhausted {
                left -= 1
                errno = EMFILE
                return left < 0 ? -1 : open("/dev/null", O_RDONLY)
            })
        #expect(!Watches.areExhausted { open("/dev/null", O_RDONLY) })
        #expect(SandboxError.noWatches(machine: "pg2", limit: 128).description.contains("sysctl fs.inotify.max_user_instances=1024"))
    }
}
