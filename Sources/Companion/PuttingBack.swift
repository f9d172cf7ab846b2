import Course

/// Puts practice machines back to the start of a step. Whoever starts the companion knows how, where there is a sandbox.
public struct PuttingBack: Sendable {
    /// - Parameters of the closure: the step's name, and who wants to know what is going on: a machine, or nil for all, and
    ///   what is done there.
    public typealias Work = @Sendable (String, @escaping @Sendable (String?, String) -> Void) async throws -> Void
    let work: Work

    public init(_ work: @escaping Work) { self.work = work }
}

extension Companion {
    /// Asks whether the machines are to go back to the start of a step, and does it.
    /// - Returns: whether they did.
    func offerPuttingBack(to step: Step) async throws -> Bool {
        guard let puttingBack else { return false }
        guard editor.isInteractive else {
            tell("The machines stay as they are. 'lab sandbox reset --to \(step.name)' puts them back to the start of this step.")
            return false
        }
        let wanted = Question.yes("Put the practice machines back to the start of \(step.name)? What is on them now is lost.")
        guard wanted else { return false }
        await student.fleet.close()
        let all = "sandbox"
        let lines = ProgressLines([all] + student.machines.map(\.name), terminal: terminal)
        defer { lines.finish() }
        let work = puttingBack.work
        try await Interrupts.running { try await work(step.name) { lines.set($0 ?? all, $1, counting: $0 == nil) } }
        return true
    }
}
