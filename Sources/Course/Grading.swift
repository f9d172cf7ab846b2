import DataFiles

/// What a step is worth, and what its checks count for beside each other.
package struct Grading: Sendable, Hashable {
    package var points: Double
    /// By check; a check that is not named counts 1.
    package var weights: [String: Double]

    static let most = 1000.0

    /// `points:` of lab.yaml: for each step its points, or its points and the weights of its checks.
    static func read(_ node: DataNode, steps: [Step], book: ComplaintBook) -> [String: Grading] {
        var gradings: [String: Grading] = [:]
        for entry in node.entries()?.entries ?? [] {
            guard let step = steps.first(where: { $0.name == entry.name }) else {
                entry.key.complain(
                    "there is no step '\(entry.name)'", expected: "a step of the lab",
                    nearest: nearestName(to: entry.name, among: steps.map(\.name)))
                continue
            }
            gradings[entry.name] = read(entry.value, of: step)
        }
        return gradings
    }

    private static func read(_ node: DataNode, of step: Step) -> Grading? {
        guard node.isMapping else { return number(node).map { Grading(points: $0, weights: [:]) } }
        guard let entry = node.mapping(keys: ["points", "weights"]) else { return nil }
        var weights: [String: Double] = [:]
        let names = step.checks.map(\.name.string)
        for weight in entry["weights"]?.entries()?.entries ?? [] {
            if names.contains(weight.name) {
                weights[weight.name] = number(weight.value)
            } else {
                weight.key.complain(
                    "step '\(step.name)' has no check '\(weight.name)'", expected: "one of \(names.joined(separator: ", "))",
                    nearest: nearestName(to: weight.name, among: names))
            }
        }
        // `points:` that is not a number has been complained about.
        guard let points = entry["points"] else { return Grading(points: 1, weights: weights) }
        return number(points).map { Grading(points: $0, weights: weights) }
    }

    private static func number(_ node: DataNode) -> Double? {
        guard node.isNumber, let number = node.scalar.flatMap({ Double($0) }), (0...most).contains(number) else {
            node.complain("this is not a number of points", expected: "a number from 0 to \(Int(most))")
            return nil
        }
        return number
    }
}
