import Course
import DataFiles
import Database
import Display
import Facts
import Foundation
import Machines
import Pages
import Terminal
import Walk

/// Why there is nothing to watch.
private enum WatchError: Error, CustomStringConvertible {
    case noPassword(said: String)
    case noWrites(said: String, database: String)

    var description: String {
        switch self {
        case .noPassword(let said): "lab needs the password of the SQL role app, and did not find it (\(said)). Step access creates it."
        case .noWrites(let said, let database):
            if said.contains("does not exist") {
                "There is nothing to write to yet (\(said)). Step replication creates the database \(database)."
            } else {
                "No server takes writes now, so there is no failover to watch (\(said)). 'map' shows what the machines are."
            }
        }
    }
}

/// Watches a failover of a student's cluster, and shows it.
@MainActor
package struct FailoverViewer {
    /// How long a watch goes on at most, in seconds.
    package nonisolated static let longest = 3600
    /// How long service has to be back, in seconds, before a watch ends by itself.
    private nonisolated static let backFor = 10.0

    /// Help for anyone who types `watch failover`, in Markdown.
    package nonisolated static let page = """
        `watch failover` shows what a failover does to an application. It writes a row four times a second, asks every
        server at the same time what it is, and draws both. Start it; then, in another terminal, let the primary die:
        stop PostgreSQL on it, or switch the machine off. Leave the rest to the cluster, and watch.

        It ends ten seconds after writes are possible again, after SECONDS, or at Ctrl-C. Then it reports how long no write
        was possible, how many acknowledged rows are lost, who was promoted, and why.

            watch
            watch failover
            watch failover 60

        In a terminal of its own, beside an open lab, that is the command `lab watch failover`.

        The rows go into the table `lab_watch` of the application's database, and lab deletes them at the end.
        """

    /// It has no copy of the data.
    fileprivate nonisolated static let witness = Role("witness")

    private let student: Student
    private let terminal: Terminal
    private let asking: Asking
    private let voice: Voice

    /// - Parameter asking: what the student's connections ask with.
    package init(student: Student, terminal: Terminal, asking: Asking) {
        self.student = student
        self.terminal = terminal
        self.asking = asking
        voice = Voice(terminal)
    }

    /// Watches until service is back after an outage, the time is over, or Ctrl-C; then reports what was measured.
    /// - Returns: whether there was an outage.
    /// - Throws: what says why there is nothing to watch, `CancellationError`, and what a connection throws.
    package func watch(seconds: Int) async throws -> Bool {
        let machines = student.machines.filter { $0.role != Self.witness }
        let database = student.lab.applicationDatabase
        let port = student.lab.variables["port"].flatMap { Int($0) } ?? 5432
        let servers = machines.map {
            DatabaseEndpoint(machine: $0.name, address: student.situation.contacts[$0.name]?.address ?? $0.name, port: port)
        }
        let (accounts, doors) = try await asking.withProgress(servers.map(\.machine), on: terminal) { [student] report in
            let accounts = try await student.databaseAccounts(report)
            let doors = try await ServerRoutes.open(
                to: servers, database: database, account: accounts.app, sshArguments: student.sshArguments, report: report)
            return (accounts, doors)
        }
        let wasOut: Bool
        do {
            wasOut = try await watch(
                FailoverWatch(doors.endpoints, database: database, account: accounts.app), accounts.repmgr, seconds: Double(seconds),
                machines.map(\.name))
        } catch {
            await doors.close()
            throw error
        }
        await doors.close()
        return wasOut
    }

    private func watch(_ watch: FailoverWatch, _ repmgr: DatabaseAccount?, seconds: Double, _ machines: [String]) async throws -> Bool {
        let primary: String
        do {
            primary = try await Interrupts.running { try await watch.prepare() }
        } catch let error as DatabaseError {
            throw WatchError.noWrites(said: error.said, database: student.lab.applicationDatabase)
        }
        let service = student.situation.expected["pg.service"] ?? "postgresql"
        voice.tell(
            "Writing a row four times a second. \(primary) takes it. Now let \(primary) die; in another terminal, for "
                + "example: \(student.situation.ssh) \(primary) sudo systemctl stop \(service)"
        )
        let screen = FailoverScreen(FailoverTimeline(start: Date(), machines: machines), terminal: terminal)
        do {
            try await Interrupts.running(patience: .seconds(2)) {
                for await sample in watch.samples() {
                    screen.add(sample)
                    let timeline = screen.timeline
                    if timeline.now >= seconds || timeline.isBack(for: Self.backFor) { break }
                }
                await watch.stop()
            }
        } catch is CancellationError {
            // Ctrl-C is the usual end of a watch.
        }
        screen.finish()
        let timeline = screen.timeline
        var evidence: FailoverEvidence?
        if let primary = timeline.primaryAtTheEnd {
            // A second Ctrl-C does without the evidence, but not without what was measured.
            evidence = try? await Interrupts.running(patience: .seconds(1)) {
                try await watch.conclude(on: primary, since: timeline.now + 5, repmgr: repmgr)
            }
        }
        show(timeline, evidence)
        return !timeline.figures(evidence).outages.isEmpty
    }

    private func show(_ timeline: FailoverTimeline, _ evidence: FailoverEvidence?) {
        var text = FailoverText(terminal)
        text.database = student.lab.applicationDatabase
        voice.say("")
        text.report(timeline, evidence).forEach(voice.tell)
        if let evidence, !evidence.events.isEmpty {
            voice.say("")
            voice.heading("What repmgr wrote down")
            voice.table(text.events(evidence), indent: "  ")
        }
        voice.say("")
        voice.tell(text.leftBehind(evidence))
    }
}

extension Student {
    /// The SQL roles that a watch needs, out of postgres's password file on the first machine that has one. They stay in
    /// memory, and are neither shown nor written down.
    fileprivate func databaseAccounts(
        _ report: @escaping @Sendable (String, String) -> Void
    ) async throws -> (app: DatabaseAccount, repmgr: DatabaseAccount?) {
        var said = "no machine has a password file"
        let home = situation.expected["pg.home"] ?? "/var/lib/postgresql"
        for machine in machines where machine.role != FailoverViewer.witness {
            report(machine.name, "reading the password file")
            do {
                // Bounded: a password file is small, and whatever else may be there is not of interest.
                let result = try await fleet.run(
                    "head -c 65536 \(shellQuoted("\(home)/.pgpass"))", on: machine.name, as: .root, of: situation.platform, seconds: 15
                ) { _, _ in }
                let text = String(decoding: result.output, as: UTF8.self)
                if let app = PasswordFile.password(of: "app", in: text) {
                    report(machine.name, "found the password of app")
                    let repmgr = PasswordFile.password(of: "repmgr", in: text).map { DatabaseAccount(user: "repmgr", password: $0) }
                    return (DatabaseAccount(user: "app", password: app), repmgr)
                }
                said =
                    result.status == 0
                    ? "the password file on \(machine.name) has no line for app" : "there is no password file on \(machine.name)"
                report(machine.name, said)
            } catch let error as ConnectionError {
                report(machine.name, error.brief)
                if machine == machines.first { said = error.brief }
            }
        }
        throw WatchError.noPassword(said: said)
    }
}

extension Lab {
    /// The database of the application that is watched.
    var applicationDatabase: String { variables["app_database"] ?? "labdb" }
}
