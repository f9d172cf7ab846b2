import ArgumentParser
import Display
import Facts
import Foundation
import Machines
import Walk

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Write down everything that can be observed on the machines, as a file for testing checks.",
        discussion: """
            The file holds public keys, names and addresses of the machines. No fact is a
            secret, and anything that looks like one in a setting or an error message is
            masked.

            EXAMPLES
              lab record Tests/Fixtures/facts/trust-done.json
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @Argument(help: "The file to write.", completion: .file()) var file: String

    func run() async throws {
        let student = try options.student(onlyLooking: true)
        let facts = try await student.record(seconds: looks.seconds).facts
        await student.fleet.close()
        try ResultFile.write(String(decoding: facts.json(), as: UTF8.self), to: file, mode: 0o600)
        let missing = facts.machines.filter { !$0.reached }.map(\.machine)
        Screen.tell(
            "\(student.judge.catalog.facts.seen.count) tables of \(facts.machines.count - missing.count) machines are in \(file)."
                + (missing.isEmpty ? "" : " Not reached: \(missing.joined(separator: ", "))."))
        if !missing.isEmpty { throw ExitCode(3) }
    }
}
