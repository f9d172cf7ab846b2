import Sandbox

/// Puts practice machines back to the start of a step. Whoever opens the companion knows how, if there is a sandbox.
package struct PuttingBack: Sendable {
    /// Says what is going on: on a machine, or with nil on all of them.
    package typealias Report = @Sendable (_ machine: String?, _ what: String) -> Void

    private let work: @Sendable (_ step: String, @escaping Report) async throws -> Void

    package init(_ work: @escaping @Sendable (_ step: String, @escaping Report) async throws -> Void) { self.work = work }

    package init(_ states: CourseStates) {
        self.init { step, report in
            try await states.putBack(to: step) { progress in
                switch progress {
                case .step(let text), .trouble(let text): report(nil, text)
                case .machine(let name, let doing): report(name, doing)
                }
            }
        }
    }

    package func callAsFunction(to step: String, report: @escaping Report) async throws { try await work(step, report) }
}
