import Checks
import Course
import Display
import Facts
import Foundation
import Journal
import Testing

@testable import Replay

/// A walk through the lab of `Tests/Fixtures/tiny`, written down as lab does it, in a folder that goes away with it.
final class TinyWalk {
    static let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/tiny")
    static let shelf = Shelf(labs: fixture.appending(path: "labs"), checks: fixture.appending(path: "checks"), sandbox: fixture)

    let folder = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)")
    var file: URL { folder.appending(path: "walk.jsonl") }
    /// 2026-11-25 10:00:00 UTC.
    private var now = Date(timeIntervalSince1970: 1_795_600_800)
    private let judge: Judge
    private let lab: Lab

    init() throws {
        let lab = try Lab.load(Self.shelf.labs.appending(path: "tiny"))
        self.lab = lab
        let contacts = ["pg1": Contact(address: "10.0.0.11", user: "student"), "pg2": Contact(address: "10.0.0.12", user: "student")]
        let situation = Situation(lab: lab, platform: try #require(lab.platform(named: "debian12")), environment: .own, contacts: contacts)
        judge = try Judge(catalog: try CheckCatalog.load(Self.shelf.checks, for: lab), situation: situation)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ body: (Journal) throws -> Void) throws { try body(try Journal(file)) }

    func note(_ journal: Journal, _ event: Event, after seconds: Double = 20) throws {
        now += seconds
        try journal.append(event, at: now)
    }

    static let opening = Event.opened(
        lab: "tiny", platform: "debian12", environment: "own",
        setting: WalkSetting(
            addresses: ["pg1": "10.0.0.11", "pg2": "10.0.0.12"], users: ["pg1": "student", "pg2": "student"],
            variables: ["port": "5432", "network": "10.0.0"]))

    static func facts(_ machine: String, name: String, service: String) -> MachineFacts {
        MachineFacts(
            machine: machine, reached: true,
            tables: ["hostname": .rows([[.text(name)]]), "service": .rows([[.text(service), .bool(true)]])])
    }

    func check(_ journal: Journal, _ steps: [String], names: (String, String), services: (String, String)) throws {
        let sent = [Self.facts("pg1", name: names.0, service: services.0), Self.facts("pg2", name: names.1, service: services.1)]
        let looks = sent.map { RawFacts($0).masked.facts }
        let store = try judge.emptyStore()
        for look in looks { try store.load(look) }
        let wanted = lab.steps.filter { steps.contains($0.name) }.flatMap(\.asked)
        let judgements = try judge.judge(wanted, store: store)
        now += 30
        try journal.append(looks: looks, closer: [], at: now)
        for step in steps {
            let own = judgements.filter { $0.step == step }
            try journal.append(.check(step: step, verdicts: own.map { VerdictRecord($0) }), at: now)
            if own.allSatisfy({ $0.verdict == .passed }) { try journal.append(.passed(step: step), at: now) }
        }
    }

    func run(_ journal: Journal, _ step: String, _ task: Int, _ machine: String, _ command: String, status: Int = 0, output: String = "")
        throws
    {
        let run = TaskRun(step: step, task: task, machine: machine, account: "root", command: command)
        try note(journal, .begin(run), after: 5)
        try note(journal, .run(run, status: status, output: output), after: 2)
    }

    /// The whole course, with failures, hints, a drill and a note in it.
    func writeAll() throws {
        try write { journal in
            try note(journal, Self.opening)
            try note(journal, .step("names"))
            try check(journal, ["names"], names: ("model", "pg1"), services: ("inactive", "inactive"))
            try note(journal, .hint(step: "names", number: 1))
            try run(journal, "names", 1, "pg1", "hostnamectl set-hostname pg1")
            try run(
                journal, "names", 1, "pg2", "hostnamectl set-hostname pg2", status: 1,
                output: "Failed to set name: \u{1B}[31mAccess denied\u{1B}[0m\n")
            try run(journal, "names", 1, "pg2", "hostnamectl set-hostname pg2")
            try run(journal, "names", 2, "pg1", "echo '10.0.0.12 pg2' >>/etc/hosts")
            try check(journal, ["names"], names: ("pg1", "pg2"), services: ("inactive", "inactive"))
            try note(journal, .note("über den Namen nachgedacht"))
            try note(journal, .step("service"), after: 4000)
            try check(journal, ["service"], names: ("pg1", "pg2"), services: ("inactive", "odd"))
            try note(journal, .solution(step: "service"))
            try run(
                journal, "service", 1, "pg1", "systemctl enable --now postgresql",
                output: (1...40).map { "line \($0)" }.joined(separator: "\n"))
            try run(journal, "service", 1, "pg2", "systemctl enable --now postgresql")
            try check(journal, ["names", "service"], names: ("pg1", "pg2"), services: ("active", "active"))
            try note(journal, .drill("stopped", blind: false))
            try check(journal, ["names", "service"], names: ("pg1", "pg2"), services: ("active", "inactive"))
            try note(journal, .drilled("stopped", repaired: true, seconds: 95, hints: 1))
        }
    }

    func replay() throws -> Replay { try Replay(file, shelf: Self.shelf) }

    /// Changes the file's text.
    func edit(_ change: (inout String) -> Void) throws {
        var text = try String(contentsOf: file, encoding: .utf8)
        change(&text)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}

extension Terminal {
    static func plain(_ width: Int) -> Terminal {
        Terminal(isTerminal: true, hasColour: false, hasUnicode: true, canRedraw: true, width: width)
    }
}
