import ArgumentParser
import Facts
import Foundation
import Machines
import Walk

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Write down everything that can be observed on the machines, as a file to test checks on.",
        discussion: """
            The file holds public keys, names and addresses of the machines, and no secrets: no fact is one.

            EXAMPLES
              lab record Tests/Fixtures/facts/trust-done.json
            """)

    @OptionGroup var options: StudentOptions
    @Argument(help: "The file to write.") var file: String

    func run() async throws {
        let student = try options.student()
        let tables = student.judge.catalog.facts.tables
        let machines = try await student.fleet.look(at: tables, on: student.machines, seconds: options.seconds)
        await student.fleet.close()
        let facts = RecordedFacts(
            lab: student.lab.name, platform: student.situation.platform.name, environment: student.situation.environment.rawValue,
            addresses: student.situation.contacts.mapValues(\.address), machines: machines)
        try facts.json().write(to: URL(filePath: file), options: .atomic)
        let missing = machines.filter { !$0.reached }.map(\.machine)
        print("\(tables.count) tables of \(machines.count - missing.count) machines are in \(file)." + (missing.isEmpty ? "" : " Not reached: \(missing.joined(separator: ", "))."))
        if !missing.isEmpty { throw ExitCode(3) }
    }
}
