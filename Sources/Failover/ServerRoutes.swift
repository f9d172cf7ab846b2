import Database

/// How the workstation gets to the servers: straight to the machine's address if the server lets the account in from
/// here, and through a forward of OpenSSH if it does not. Close them when done.
package struct ServerRoutes: Sendable {
    /// What to connect to, in the order that was asked for.
    package let endpoints: [DatabaseEndpoint]
    private let forwards: [Forward]

    /// Finds a way to each server, all at the same time.
    /// - Parameters:
    ///   - servers: the machines' own addresses, which may be names.
    ///   - sshArguments: what makes `ssh` know the machines by name.
    ///   - report: hears what is tried for a machine.
    /// - Throws: `CancellationError` only: a machine that is not reached now may come back, and its door stays.
    package static func open(
        to servers: [DatabaseEndpoint], database: String, account: DatabaseAccount, sshArguments: [String],
        report: @escaping @Sendable (_ machine: String, _ doing: String) -> Void = { _, _ in }
    ) async throws -> ServerRoutes {
        let trials = try await withThrowingTaskGroup(of: (Int, Trial).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask {
                    report(server.machine, "trying \(server.address) port \(server.port)")
                    return (index, try await Trial.make(server, database: database, account: account))
                }
            }
            var all: [(Int, Trial)] = []
            for try await one in group { all.append(one) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
        // A machine that is off now will be found where its neighbours are found.
        let isNear = trials.contains { $0.answer == .letsIn }
        var endpoints: [DatabaseEndpoint] = []
        var forwards: [Forward] = []
        for (server, trial) in zip(servers, trials) {
            if trial.answer == .letsIn || (isNear && trial.answer == .nothing), let address = trial.address {
                endpoints.append(DatabaseEndpoint(machine: server.machine, address: address, port: server.port))
            } else {
                report(server.machine, "opening a forward with ssh")
                let forward = Forward(to: server, sshArguments: sshArguments)
                forwards.append(forward)
                endpoints.append(forward.endpoint)
            }
        }
        let doors = ServerRoutes(endpoints: endpoints, forwards: forwards)
        await doors.waitUntilOpen(report)
        if Task.isCancelled {
            await doors.close()
            throw CancellationError()
        }
        return doors
    }

    /// Ends the forwards.
    package func close() async {
        await withTaskGroup { group in
            for forward in forwards { group.addTask { await forward.close() } }
        }
    }

    private func waitUntilOpen(_ report: @escaping @Sendable (String, String) -> Void) async {
        await withTaskGroup { group in
            for forward in forwards {
                group.addTask {
                    if await forward.waitUntilOpen(seconds: 8) {
                        report(forward.machine, "reached through ssh")
                    } else {
                        report(forward.machine, "not reached: \(forward.said ?? "ssh does not get there")")
                    }
                }
            }
        }
    }
}

/// Whether a server can be reached at its own address.
private struct Trial {
    enum Answer { case letsIn, keepsOut, nothing }
    var answer: Answer
    /// The server's address as numbers.
    var address: String?

    static func make(_ server: DatabaseEndpoint, database: String, account: DatabaseAccount) async throws -> Trial {
        guard let address = await Network.resolve(server.address) else { return Trial(answer: .nothing, address: nil) }
        let endpoint = DatabaseEndpoint(machine: server.machine, address: address, port: server.port)
        do {
            _ = try await DatabaseConnection.open(DatabaseTarget([endpoint], database: database, account: account))
            return Trial(answer: .letsIn, address: address)
        } catch let error as DatabaseError {
            // A server that complains of anything but the address that we come from is reached well enough.
            let isServer = error.said.contains("FATAL:")
            return Trial(answer: !isServer ? .nothing : error.said.contains("pg_hba.conf") ? .keepsOut : .letsIn, address: address)
        }
    }
}
