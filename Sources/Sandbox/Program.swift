import Foundation
import Subprocess
import SystemPackage

/// Runs the programs that practice machines are made with: bounded in time and output, never through a shell.
struct Program: Sendable {
    /// What a program left behind.
    struct Outcome: Sendable {
        var succeeded: Bool
        var output: String
        var said: String
        /// The end of what it said, for messages.
        var tail: String {
            let lines = said.split(separator: "\n").suffix(3).joined(separator: " ")
            return String(lines.suffix(400))
        }
    }

    var environment: [String: String] = [:]

    /// Runs a program and waits for its end.
    /// - Throws: `SandboxError.missing`, `.tooSlow`, or `CancellationError`.
    func run(_ words: [String], input: String = "", seconds: Int = 60, doing: String) async throws -> Outcome {
        guard let name = words.first else { throw SandboxError.missing(program: "(nothing)") }
        let updates = Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), String?.some($0.value)) })
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                do {
                    let result = try await Subprocess.run(
                        .name(name), arguments: Arguments(Array(words.dropFirst())), environment: .inherit.updating(updates),
                        input: .string(input), output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
                    return Outcome(
                        succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
                        said: result.standardError)
                } catch let error as SubprocessError where error.code == .executableNotFound {
                    throw SandboxError.missing(program: name)
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw SandboxError.tooSlow(doing: doing, seconds: seconds)
            }
            return outcome
        }
    }
}
