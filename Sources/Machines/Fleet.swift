import Course
import DataFiles
import Facts
import Foundation
import Synchronization

/// The connections to all machines of one student, and what is done over them.
package struct Fleet: Sendable {
    package let inventory: Inventory
    private let connections: [String: Connection]
    let sudo: SudoPasswords
    private let turns: Turns?
    private let workstation: WorkstationLook

    /// - Parameters:
    ///   - dialogue: what may be asked while logging in; ``LoginDialogue/silent`` if nobody is there to answer.
    ///   - turns: how many machines of this and other fleets are looked at at once; nil for all.
    ///   - workstation: what the workstation knows of the machines; ``WorkstationLook/ofAnother`` if it is not their owner's.
    package init(
        inventory: Inventory, dialogue: LoginDialogue = .silent, turns: Turns? = nil, workstation: WorkstationLook = .here
    ) {
        self.turns = turns
        self.workstation = workstation
        self.inventory = inventory
        let secrets = SecretBook(ask: dialogue.secret)
        sudo = SudoPasswords(secrets: secrets)
        connections = Dictionary(
            inventory.machines.map { ($0.name, Connection($0, neighbours: inventory.machines, dialogue: dialogue, secrets: secrets)) }
        ) { first, _ in first }
    }

    /// The kept connection to a machine; nil when the inventory has no machine of that name.
    package func connection(to machine: String) -> Connection? { connections[machine] }

    /// Ends all connections.
    package func close() async {
        await withTaskGroup { group in
            for connection in connections.values { group.addTask { await connection.close() } }
        }
    }
}

/// How far the look at one machine is.
package enum LookProgress: Sendable, Hashable {
    case looking
    /// Whether it was reached, and after how many seconds.
    case done(reached: Bool, said: String?, seconds: Double)
}

extension Fleet {
    /// What one machine may send in one look. More is not read.
    static let lookBytes = 6 << 20

    /// Looks at tables on machines, all machines at once. A machine that is dead, slow or lying costs its own time limit
    /// and nobody else's.
    /// - Parameters:
    ///   - situation: what the tables' templates may quote.
    ///   - seconds: the time limit of each machine.
    /// - Throws: `CancellationError` only: whatever goes wrong with a machine is in its facts.
    package func look(
        at tables: [FactTable], on machines: [Machine], in situation: Situation, seconds: Int,
        progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> [RawFacts] {
        try await withThrowingTaskGroup(of: (Int, RawFacts).self) { group in
            for (index, machine) in machines.enumerated() {
                group.addTask {
                    try await turns?.take()
                    defer { turns?.give() }
                    progress(machine.name, .looking)
                    Trace.note("\(machine.name): look at \(tables.count) tables")
                    let facts = try await look(at: tables, on: machine, situation, seconds: seconds)
                    Trace.note(
                        "\(machine.name): \(facts.reached ? "has answered" : "not reached"), \(String(format: "%.3f", facts.seconds)) s")
                    progress(machine.name, .done(reached: facts.reached, said: facts.said, seconds: facts.seconds))
                    return (index, RawFacts(facts))
                }
            }
            var all: [(Int, RawFacts)] = []
            for try await one in group { all.append(one) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What the workstation knows of machines, without connecting to them.
    /// - Parameter looks: the machines, as they were seen otherwise.
    package func known(at tables: [FactTable], of looks: [MachineFacts], in situation: Situation) async -> [RawFacts] {
        let tables = tables.filter { $0.isAtWorkstation && $0.isSeen(in: situation.environment) }
        guard !tables.isEmpty else { return [] }
        var all: [RawFacts] = []
        for look in looks {
            guard let machine = situation.lab.machine(named: look.machine) else { continue }
            var facts = look
            facts.asked = Date().timeIntervalSince1970
            facts.tables = await workstation.look(at: tables, of: machine, in: situation)
            all.append(RawFacts(facts))
        }
        return all
    }

    /// Looks on the machine and, for tables that the workstation knows, there.
    private func look(at tables: [FactTable], on machine: Machine, _ situation: Situation, seconds: Int) async throws -> MachineFacts {
        let tables = tables.filter { $0.isSeen(in: situation.environment) }
        async let known = workstation.look(at: tables.filter(\.isAtWorkstation), of: machine, in: situation)
        var facts = try await look(from: tables.filter { !$0.isAtWorkstation }, on: machine, situation, seconds: seconds)
        facts.tables.merge(await known) { $1 }
        if facts.asked == 0 { facts.asked = Date().timeIntervalSince1970 - facts.seconds }
        return facts
    }

    private func look(from tables: [FactTable], on machine: Machine, _ situation: Situation, seconds: Int) async throws -> MachineFacts {
        let start = ContinuousClock.now
        func elapsed() -> Double { (ContinuousClock.now - start) / .seconds(1) }
        guard let connection = connection(to: machine.name) else {
            return .unreached(machine.name, said: "it is not in your machines.yaml", seconds: 0, tables: tables)
        }
        let script = LookScript(tables: tables, machine: machine, situation: situation)
        do {
            var password = try sudo.known(for: connection.machine)
            var (reader, cut, isBroken) = try await send(script, connection, password, seconds)
            var observations = reader.observations(of: tables, cut: cut)
            if password == nil, reader.sudo == .wantsPassword {
                password = sudo.ask(for: connection.machine)
                if password != nil {
                    (reader, cut, isBroken) = try await send(script, connection, password, seconds)
                    observations = reader.observations(of: tables, cut: cut)
                }
            }
            if reader.sudo == .refusedPassword { sudo.forget(connection.machine) }
            let seconds = elapsed()
            // Something logged us in and did not run what we sent: whatever it is, it is not the machine we know.
            guard reader.hasAnswers else {
                return .unreached(machine.name, said: "it let lab in, but did not answer (\(cut))", seconds: seconds, tables: tables)
            }
            return MachineFacts(
                machine: machine.name, reached: true, said: isBroken ? cut : nil, asked: Date().timeIntervalSince1970 - seconds,
                seconds: seconds, tables: observations, hostKey: connection.hostKey)
        } catch let error as ConnectionError {
            return .unreached(machine.name, said: error.brief, seconds: elapsed(), tables: tables)
        } catch let error as SudoPasswordFileError {
            return .unreached(machine.name, said: error.description, seconds: elapsed(), tables: tables)
        }
    }

    /// Sends the script and reads what comes. A connection that breaks in the middle keeps what had come.
    private func send(
        _ script: LookScript, _ connection: Connection, _ password: String?, _ seconds: Int
    ) async throws -> (reader: LookReader, cut: String, isBroken: Bool) {
        let nonce = LookScript.newNonce
        let text = script.text(nonce: nonce, sudoPassword: password)
        let reader = SharedReader(nonce: nonce)
        do {
            let result = try await connection.run(
                "sh", input: Array(text.utf8), limits: CommandLimits(seconds: seconds, bytes: Self.lookBytes),
                live: { stream, bytes in if stream == .output { reader.take(bytes) } })
            return (reader.value, result.isCut ? "it sent more than \(Self.lookBytes >> 20) MiB" : "the look ended early", result.isCut)
        } catch let error as ConnectionError {
            // Nothing of the look had come: then the machine as a whole was not reached.
            guard reader.value.hasAnswers else { throw error }
            return (reader.value, error.brief, true)
        }
    }
}

/// A look's reader that is fed on the connection's thread and read afterwards.
final class SharedReader: Sendable {
    private let reader: Mutex<LookReader>

    init(nonce: String) { reader = Mutex(LookReader(nonce: nonce)) }

    func take(_ bytes: [UInt8]) { reader.withLock { $0.take(bytes) } }
    var value: LookReader { reader.withLock { $0 } }
}
