import Display
import Foundation

/// What came of trying a whole lab, for its author: its parts, and what each of them tried.
package struct TrialReport: Sendable, Hashable {
    package var lab: String
    package var parts: [Part] = []

    /// Things that are tried in the same way, such as all drills.
    package struct Part: Sendable, Hashable {
        package var name: String
        package var started: Date
        package var seconds: Double = 0
        package var cases: [Case]

        package init(_ name: String, started: Date, seconds: Double = 0, cases: [Case]) {
            (self.name, self.started, self.seconds, self.cases) = (name, started, seconds, cases)
        }

        /// What was not tried is no success.
        package var isProved: Bool { cases.allSatisfy { $0.outcome == .proved } }

        func count(_ holds: (Outcome) -> Bool) -> Int { cases.count { holds($0.outcome) } }
    }

    /// One thing that was tried.
    package struct Case: Sendable, Hashable {
        package var name: String
        package var seconds: Double = 0
        package var outcome: Outcome

        package init(_ name: String, seconds: Double = 0, _ outcome: Outcome) {
            (self.name, self.seconds, self.outcome) = (name, seconds, outcome)
        }
    }

    package enum Outcome: Sendable, Hashable {
        case proved
        /// The lines say what is wrong, the most important first. Machines have printed some of them: they are not cleaned.
        case failed([String])
        /// It was not tried.
        case notTried(String)
    }

    package init(lab: String) { self.lab = lab }

    /// Whether every part was tried, and nothing failed.
    package var isProved: Bool { parts.allSatisfy(\.isProved) }

    /// The report as JUnit's XML: a suite a part.
    package func junit() -> String {
        JUnitText.document(
            parts.map { part in
                .init(
                    name: part.name, package: lab, seconds: (part.seconds * 10).rounded() / 10, date: part.started,
                    cases: part.cases.map { one in
                        .init(
                            name: one.name, group: "\(lab).\(part.name)", seconds: one.seconds,
                            outcome: Self.outcome(one.outcome, part.name))
                    })
            })
    }

    private static func outcome(_ outcome: Outcome, _ part: String) -> JUnitText.Outcome {
        switch outcome {
        case .proved: .passed
        case .failed(let lines): .failed(kind: part, brief: lines.first ?? "", text: Cleaner.text(lines.joined(separator: "\n")))
        case .notTried(let why): .skipped(brief: why)
        }
    }

    /// The report for a terminal, clean: what failed, and a line for each part.
    package func text() -> String {
        var lines: [String] = []
        for part in parts {
            for one in part.cases {
                guard case .failed(let said) = one.outcome else { continue }
                lines += ["", "\(part.name): \(Cleaner.line(one.name))"]
                lines += said.map { "  " + Cleaner.text($0).replacing("\n", with: "\n  ") }
            }
        }
        let rows = parts.map { part in
            let reasons = part.cases.compactMap { if case .notTried(let why) = $0.outcome { why } else { nil } }
            return [
                part.name, "\(part.count { $0 == .proved }) of \(part.cases.count)",
                part.isProved ? "yes" : reasons.count == part.cases.count ? "not tried: \(reasons.first ?? "")" : "NO",
            ]
        }
        lines += [""] + Layout.table(rows, heading: ["part", "proved", "all"], width: 200, right: [1])
        return lines.joined(separator: "\n")
    }
}
