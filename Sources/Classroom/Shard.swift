import DataFiles
import Machines

/// One of several parts of a class. Which part a student belongs to depends on the name alone, so that a class that grows
/// keeps its parts, and every machine that takes a part knows which without asking the others.
package struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    package var number: Int
    package var count: Int

    package init?(number: Int, count: Int) {
        guard count >= 1, (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    /// `2/5`, as a person writes it.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(number: number, count: count)
    }

    package var description: String { "\(number)/\(count)" }

    /// Whether a student of that name belongs to this part.
    package func contains(_ name: String) -> Bool {
        var fingerprint = Fingerprint()
        fingerprint.add(name.utf8)
        return fingerprint.remainder(by: count) == number - 1
    }

    /// The part that a task of an engine has to take: of a Slurm array, or of an indexed job of Kubernetes.
    /// - Parameter count: how many parts there are, if the engine does not say (Kubernetes).
    package static func ofTask(_ environment: [String: String], count: Int? = nil) throws(NoTask) -> Shard {
        func number(_ name: String) throws(NoTask) -> Int? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            // No engine has so many tasks, and what is larger could not be counted with.
            guard let number = Int(text), (0...Int(Int32.max)).contains(number) else { throw .noNumber(variable: name, text: text) }
            return number
        }
        if let id = try number("SLURM_ARRAY_TASK_ID") {
            let first = try number("SLURM_ARRAY_TASK_MIN") ?? 1
            let step = max(1, try number("SLURM_ARRAY_TASK_STEP") ?? 1)
            let told = try number("SLURM_ARRAY_TASK_COUNT")
            guard let all = count ?? told else { throw .noCount(engine: "Slurm") }
            guard id >= first, let shard = Shard(number: (id - first) / step + 1, count: all) else { throw .outside(task: id, count: all) }
            return shard
        }
        if let index = try number("JOB_COMPLETION_INDEX") {
            guard let all = count else { throw .noCount(engine: "Kubernetes") }
            guard let shard = Shard(number: index + 1, count: all) else { throw .outside(task: index, count: all) }
            return shard
        }
        throw .none
    }

    /// Why the environment does not say which part.
    package enum NoTask: Error, Sendable, Hashable, CustomStringConvertible {
        case none
        case noNumber(variable: String, text: String)
        case noCount(engine: String)
        case outside(task: Int, count: Int)

        package var description: String {
            switch self {
            case .none: "'--shard auto' reads SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, and neither is set."
            case .noNumber(let variable, let text): "\(variable) is '\(text)', which is not the number of a task."
            case .noCount(let engine): "\(engine) does not say how many tasks there are. Add it: --shard auto/8"
            case .outside(let task, let count): "This is task \(task), but there are only \(count) parts."
            }
        }
    }
}
