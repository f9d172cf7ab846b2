import Course
import Facts
import Foundation

/// Looks at what programs of the workstation know of a machine, such as the one that runs virtual machines. It asks them
/// with the same script as a machine is asked, so it only reads, and each answer is bounded in time and size.
package struct WorkstationLook: Sendable {
    /// Folders with programs; nil if this is not the computer that knows the machines.
    private let path: String?

    /// This computer's programs.
    package static let here = WorkstationLook(path: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    /// The machines' owner sits at another computer: nothing is known here.
    package static let ofAnother = WorkstationLook(path: nil)

    /// - Parameter path: folders with programs.
    package init(path: String?) { self.path = path }

    /// What is known of a machine. A program that is missing leaves its tables unknown.
    func look(at tables: [FactTable], of machine: Machine, in situation: Situation) async -> [String: Observation] {
        guard !tables.isEmpty else { return [:] }
        guard let path else {
            return Dictionary(tables.map { ($0.name, .unknown(reason: "only the student's own computer knows it")) }) { first, _ in first }
        }
        let nonce = LookScript.newNonce
        let script = LookScript(tables: tables, machine: machine, situation: situation, path: path).text(nonce: nonce)
        let seconds = tables.map(\.limit).reduce(5, +)
        let output: ShortProgram.Output? = await withCheckedContinuation { continuation in
            // It waits for the program, so it needs a thread of its own.
            Thread.detachNewThread { continuation.resume(returning: ShortProgram.run(["sh", "-c", script], seconds: seconds)) }
        }
        var reader = LookReader(nonce: nonce)
        reader.take(Array((output?.printed ?? "").utf8))
        return reader.observations(of: tables, cut: "the look ended early")
    }
}
