import Checks
import Foundation

/// Points earned, of those that could be.
struct Points: Sendable, Hashable {
    var earned = 0.0
    var possible = 0.0

    init(earned: Double = 0, possible: Double = 0) {
        self.earned = earned
        self.possible = possible
    }

    /// What a student earns in a step. A check that is judged on several machines counts by the share of those where it
    /// passed; only `passed` earns anything.
    init(_ verdicts: [VerdictRecord], of step: ReportStep) {
        possible = step.points
        var total = 0.0
        var passed = 0.0
        for (check, own) in Dictionary(grouping: verdicts, by: \.check) {
            let weight = step.weights[check] ?? 1
            total += weight
            passed += weight * Double(own.count { $0.verdict == .passed }) / Double(own.count)
        }
        if total > 0 { earned = step.points * passed / total }
    }

    static func + (left: Points, right: Points) -> Points {
        Points(earned: left.earned + right.earned, possible: left.possible + right.possible)
    }

    /// Earned points in percent; 0 if there are none to earn.
    var percent: Double { possible > 0 ? earned / possible * 100 : 0 }

    /// A number of points with one digit after the point, so that they can be compared downwards.
    static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A number of points with at most two digits after the point, by the same rule in every format.
    static func written(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        if rest == 0 { return String(whole) }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
