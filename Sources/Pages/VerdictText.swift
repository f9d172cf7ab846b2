import Checks
import DataFiles
import Display
import Facts
import Foundation
import Walk

/// Verdicts and their causes, as a person reads them.
package struct VerdictText {
    let palette: Palette
    let width: Int

    package init(_ terminal: Terminal) { self.init(Palette(terminal), width: terminal.textWidth) }

    init(_ palette: Palette, width: Int) {
        self.palette = palette
        self.width = width
    }

    /// All verdicts: what passed in one line a check, everything else with its first cause. The first that failed is what `explain` takes.
    /// - Parameter changes: what has changed since the failed ones passed.
    package func list(_ judgements: [Judgement], changes: [Judgement.Subject: PassMemory.Change] = [:]) -> String {
        var lines: [String] = []
        let failed = judgements.failedByWeight.map(\.subject.check).uniqued
        var byWeight = failed.makeIterator()
        let column = min(30, judgements.map { Layout.width($0.subject.check) }.max().map { max($0, 22) } ?? 22)
        // Those that failed change places among themselves; the others stay in the order of the course.
        for name in judgements.map(\.subject.check).uniqued.map({ failed.contains($0) ? byWeight.next() ?? $0 : $0 }) {
            let own = judgements.filter { $0.subject.check == name }
            let passed = own.filter { $0.verdict == .passed }
            if let first = passed.first {
                let machines = passed.compactMap(\.subject.machine).joined(separator: " ")
                lines.append(title(first.verdict.mark, name, palette.paint(machines, .quiet), column))
            }
            for group in VerdictGroup.groups(of: own.filter { $0.verdict != .passed }, changes: changes) {
                lines += describe(group, column)
                if let change = changes[group.first.subject], let first = change.differences.first {
                    let others = change.differences.count - 1
                    let more = others > 0 ? " (and \(others) more)" : ""
                    lines += wrap(
                        "    "
                            + palette.paint(
                                "Changed since it passed \(Self.ago(change.passed)): \(Cleaner.line(first.description, limit: 200))\(more)",
                                .quiet), hanging: 4)
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What fails, without its causes.
    package func symptoms(_ judgements: [Judgement]) -> String {
        let failed = judgements.filter { if case .passed = $0.verdict { false } else if case .blocked = $0.verdict { false } else { true } }
        return failed.flatMap { wrap("\(palette.mark($0.verdict.mark)) \(Cleaner.line($0.title))", hanging: 2) }.joined(separator: "\n")
    }

    private func title(_ mark: Mark, _ name: String, _ machines: String, _ column: Int) -> String {
        "\(palette.mark(mark)) " + (machines.isEmpty ? name : "\(Layout.pad(name, column)) \(machines)")
    }

    private func describe(_ group: VerdictGroup, _ column: Int) -> [String] {
        let judgement = group.first
        let machines = group.machines.joined(separator: " ")
        let title = title(judgement.verdict.mark, judgement.subject.check, machines, column)
        switch judgement.verdict {
        case .passed: return [title]
        case .failed(let diagnosis):
            let because = Cleaner.line(diagnosis.brief)
            var lines = [title] + wrap("    " + because, hanging: 4)
            if group.machines.count > 1 {
                lines += wrap("    The same on \(group.machines.dropFirst().joined(separator: ", ")).", hanging: 4)
            }
            let others = diagnosis.causes.count - 1
            if others > 0 { lines += wrap("    (and \(others) more: explain)", hanging: 4) }
            if diagnosis.causes.isEmpty {
                let reasons = Explained.reasons(diagnosis.undecided.flatMap(\.reasons)).map { Cleaner.line($0) }
                if !reasons.isEmpty { lines += wrap("    \(Explained.unobserved) \(reasons.joined(separator: "; "))", hanging: 4) }
            }
            if let evidence = diagnosis.evidence {
                lines.append("    What was seen:")
                let rows = FactRows(
                    columns: evidence.columns, rows: Array(evidence.rows.prefix(4)), isCut: evidence.isCut || evidence.rows.count > 4)
                lines += table(rows, indent: "    ")
            }
            return lines
        case .blocked:
            let waits = palette.paint(group.waits ?? "", .quiet)
            return Layout.width(title) + 2 + Layout.width(waits) <= width ? ["\(title)  \(waits)"] : [title, "    \(waits)"]
        case .unknown(let facts):
            let reasons = facts.map { "\($0.machine): \(Cleaner.line($0.reason, limit: 160))" }.uniqued.joined(separator: "; ")
            return [title] + wrap("    Could not be observed. \(reasons)", hanging: 4)
        }
    }

    /// The count of each kind, in a sentence.
    package func summary(_ counts: VerdictCounts) -> String {
        var parts: [String] = []
        if counts.passed > 0 { parts.append(palette.paint("\(counts.passed) passed", .passed)) }
        if counts.failed > 0 { parts.append(palette.paint("\(counts.failed) failed", .failed)) }
        if counts.blocked > 0 { parts.append("\(counts.blocked) waiting for another") }
        if counts.unknown > 0 { parts.append(palette.paint("\(counts.unknown) could not be observed", .unknown)) }
        return parts.isEmpty ? "Nothing was checked." : parts.joined(separator: ", ") + "."
    }

    /// Why one check fails, and how to fix it.
    /// - Parameters:
    ///   - all: also what was ruled out, and what could not be decided.
    ///   - change: what has changed since it passed.
    ///   - inCompanion: whether the companion's commands can be typed to learn more.
    package func explain(_ judgement: Judgement, all: Bool, change: PassMemory.Change? = nil, inCompanion: Bool = true) -> String {
        var lines = wrap(palette.paint(Cleaner.line(judgement.title), .heading), hanging: 0)
        lines += ["", reason(judgement, all: all, inCompanion: inCompanion)]
        if let change { lines += [""] + tell(change) }
        lines.append("")
        lines += wrap("Why it matters: \(Cleaner.line(judgement.why))", hanging: 0)
        return lines.joined(separator: "\n")
    }

    /// Why one check has its verdict, without its title and what follows from it.
    func reason(_ judgement: Judgement, all: Bool = false, inCompanion: Bool) -> String {
        var lines: [String] = []
        switch judgement.verdict {
        case .passed: lines.append("This check passes.")
        case .blocked(let root):
            let how = inCompanion ? "; 'explain \(root.check)\(root.machine.map { " \($0)" } ?? "")' says how" : ""
            lines += wrap("This waits for another check: \(root). Fix that first\(how).", hanging: 0)
        case .unknown(let facts):
            lines += wrap("This could not be observed, so it is neither right nor wrong:", hanging: 0)
            for fact in facts { lines += wrap("  - \(fact.machine): \(Cleaner.line(fact.reason))", hanging: 4) }
        case .failed(let diagnosis): lines += explain(diagnosis, judgement, all: all, inCompanion: inCompanion)
        }
        return lines.joined(separator: "\n")
    }

    private func explain(_ diagnosis: Diagnosis, _ judgement: Judgement, all: Bool, inCompanion: Bool) -> [String] {
        var lines: [String] = []
        for (index, cause) in diagnosis.causes.enumerated() {
            if index > 0 { lines.append("") }
            let lead = Explained.lead(ofCause: index, cause.certainty)
            let word = index == 0 ? "The \(lead.lowercased()):" : "\(lead):"
            lines += wrap("\(palette.paint(word, .strong)) \(Cleaner.line(cause.because))", hanging: 0)
            for fix in cause.fix { lines += mend(fix) }
            if let withheld = cause.withheld { lines += wrap("  " + Cleaner.line(withheld), hanging: 2) }
            if let step = cause.step {
                let pages = cause.read.map { "; \($0.title) \($0.url.source)" }.joined()
                lines += wrap("  " + palette.paint("taught in step \(step)\(pages)  [\(cause.name)]", .quiet), hanging: 2)
            }
        }
        if diagnosis.causes.isEmpty {
            lines += wrap(diagnosis.brief + (diagnosis.evidence == nil ? "" : " This is what was seen:"), hanging: 0)
            if let evidence = diagnosis.evidence { lines += table(evidence) }
        }
        for undecided in diagnosis.undecided {
            let reasons = undecided.reasons.map { "\($0.fact) of \($0.machine): \(Cleaner.line($0.reason, limit: 160))" }.joined(
                separator: "; ")
            lines += wrap("Not decided: \(undecided.name), since not everything could be observed (\(reasons)).", hanging: 2)
        }
        if all, !diagnosis.ruledOut.isEmpty {
            lines += [""] + wrap("Ruled out: \(diagnosis.ruledOut.joined(separator: ", ")).", hanging: 2)
        } else if !diagnosis.ruledOut.isEmpty {
            let more = inCompanion ? ": 'explain --all' lists them." : "."
            let count = diagnosis.ruledOut.count == 1 ? "1 other cause was" : "\(diagnosis.ruledOut.count) other causes were"
            lines += [""] + wrap(palette.paint("\(count) ruled out\(more)", .quiet), hanging: 2)
        }
        return lines
    }

    /// What has changed since a check passed: what a student wants to know first.
    private func tell(_ change: PassMemory.Change) -> [String] {
        let when = "It passed \(Self.ago(change.passed)) (\(Self.clock(change.passed)))."
        guard !change.differences.isEmpty else {
            return wrap("\(when) As far as lab can tell, nothing it depends on has changed since.", hanging: 0)
        }
        var lines = wrap("\(when) What has changed since:", hanging: 0)
        for difference in change.differences.prefix(6) {
            lines += wrap("  - \(Cleaner.line(difference.description, limit: 300))", hanging: 4)
        }
        if change.differences.count > 6 { lines.append("  … and \(change.differences.count - 6) more") }
        return lines
    }

    /// A time by the workstation's clock: `2026-11-24 12:02`.
    package static func clock(_ date: Date, in zone: TimeZone = .current) -> String {
        let day: Date.FormatString = "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits)"
        let time: Date.FormatString = "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)"
        let calendar = Calendar(identifier: .gregorian)
        return [day, time].map { date.formatted(Date.VerbatimFormatStyle(format: $0, timeZone: zone, calendar: calendar)) }
            .joined(separator: " ")
    }

    /// How long something took: `45 s`, `3 min 20 s`.
    package static func time(_ seconds: Int) -> String { seconds < 90 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s" }

    /// A time in the past, in a few words.
    package static func ago(_ date: Date, now: Date = Date()) -> String {
        // Who knows what time a file says.
        let passed = now.timeIntervalSince(date)
        guard passed.isFinite, passed < 1e12 else { return "long ago" }
        let seconds = max(0, Int(max(0, passed)))
        switch seconds {
        case ..<90: return "\(seconds) s ago"
        case ..<5400: return "\(seconds / 60) min ago"
        case ..<129_600: return "\(seconds / 3600) h ago"
        default: return "\(seconds / 86400) days ago"
        }
    }

    private func mend(_ fix: FoundFix) -> [String] {
        var lines = fix.decide.map { wrap("  \(Fix.decision) \(Cleaner.line($0))", hanging: 2) } ?? []
        lines += wrap("  \(fix.lead)", hanging: 2) + [""]
        lines += palette.commands(Cleaner.text(fix.run)) + [""]
        if let lost = fix.lost { lines += wrap("  " + palette.paint(Cleaner.line(lost), .strong), hanging: 2) }
        if let why = fix.why { lines += wrap("  " + Cleaner.line(why), hanging: 2) }
        return lines
    }

    /// Rows of evidence.
    package func table(_ rows: FactRows, indent: String = "  ") -> [String] {
        if rows.rows.isEmpty { return [indent + "(no row)"] }
        let cells = rows.rows.map { $0.map { Cleaner.line($0.description) } }
        var lines = Layout.table(cells, heading: rows.columns.map { palette.paint($0, .quiet) }, width: width, indent: indent)
        if rows.isCut { lines.append(indent + "… there are more rows") }
        return lines
    }

    private func wrap(_ text: String, hanging: Int) -> [String] {
        let lead = text.prefix { $0 == " " }
        return Layout.wrap(text, width: width, first: String(lead), rest: String(repeating: " ", count: hanging))
    }
}

extension Verdict {
    /// The mark before its line.
    package var mark: Mark {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .unknown: .unknown
        case .blocked: .waiting
        }
    }
}
