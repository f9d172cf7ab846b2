import Course

/// What a report may show, and how.
package struct ReportOptions: Sendable, Hashable {
    /// The columns of the terminal.
    package var width: Int
    package var hasColour: Bool
    /// Whether more than ASCII can be shown.
    package var hasUnicode: Bool
    /// Whether causes, evidence and repairs are shown. An exam withholds them.
    package var withCauses: Bool
    /// The lab's steps in the order of the course. Those of the report's verdicts that are not among them follow.
    package var steps: [ReportStep]

    package init(width: Int = 80, hasColour: Bool = false, hasUnicode: Bool = true, withCauses: Bool = true, steps: [ReportStep] = []) {
        self.width = width
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
        self.withCauses = withCauses
        self.steps = steps
    }
}

/// A step as the reports need it.
package struct ReportStep: Sendable, Hashable, Codable {
    package var name: String
    package var title: String
    /// What the step is worth.
    package var points: Double
    /// What its checks count for, beside each other; 1 if nothing is said.
    package var weights: [String: Double]

    package init(name: String, title: String, points: Double = 1, weights: [String: Double] = [:]) {
        self.name = name
        self.title = title
        self.points = points
        self.weights = weights
    }
}

extension Lab {
    /// The steps as the reports need them.
    package var reportSteps: [ReportStep] {
        let values = exampleValues
        return steps.map { step in
            ReportStep(
                name: step.name, title: step.title.render(values),
                points: grading[step.name]?.points ?? (step.checks.isEmpty ? 0 : 1), weights: grading[step.name]?.weights ?? [:])
        }
    }
}
