import Checks
import Course
import DataFiles
import Facts

/// The causes as a handbook: what each is, how it comes about, how to see it and how to fix it, without any failure.
package struct Handbook: Sendable {
    private let catalog: CheckCatalog
    private let situation: Situation

    package init(catalog: CheckCatalog, situation: Situation) {
        self.catalog = catalog
        self.situation = situation
    }

    /// The names of all causes, in the order of the course.
    package var names: [String] {
        checks.flatMap { $0.causes.map(\.name) }.uniqued
    }

    /// A page about one cause, in Markdown; nil if there is no cause of that name.
    package func page(of name: String) -> String? {
        for check in checks {
            if let cause = check.causes.first(where: { $0.name == name }) { return page(cause, of: check, heading: "#") }
        }
        return nil
    }

    /// The causes that have most to do with some words, and what each is in a sentence.
    package func search(_ words: [String], most: Int = 8) -> [(name: String, about: String)] {
        let wanted = words.map { $0.lowercased() }
        func hits(_ text: String, _ worth: Int) -> Int {
            let text = text.lowercased()
            return wanted.count { text.contains($0) } * worth
        }
        var found: [(name: String, about: String, score: Int)] = []
        for check in checks {
            let title = check.title.render(values(for: check))
            for cause in check.causes where !found.contains(where: { $0.name == cause.name }) {
                let about = cause.about?.render(situation.values).trimmed ?? ""
                let because = cause.because.render(values(for: check, cause)).trimmed
                let score = hits(cause.name, 4) + hits(title, 2) + hits(about, 2) + hits(because, 1)
                if score > 0 { found.append((cause.name, Self.firstSentence(about.isEmpty ? because : about), score)) }
            }
        }
        return found.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.prefix(most).map {
            ($0.element.name, $0.element.about)
        }
    }

    private static func firstSentence(_ text: String) -> String {
        let line = text.replacing("\n", with: " ")
        guard let end = line.firstRange(of: ". ") else { return line }
        return String(line[..<end.lowerBound]) + "."
    }

    /// All causes as one document in Markdown, check by check in the order of the course.
    package var markdown: String {
        var parts = [
            "# Why it fails",
            "What lab can recognise, check by check in the order of the course. "
                + "Words in CAPITALS stand for what lab finds on your machines.",
        ]
        var told: Set<String> = []
        for check in checks {
            let own = check.causes.filter { told.insert($0.name).inserted }
            guard !own.isEmpty else { continue }
            parts += ["## \(check.title.render(values(for: check)))", "`\(check.name)`. \(check.why.render(values(for: check)))"]
            parts += own.map { page($0, of: check, heading: "###") }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The checks that steps use, in the order of the course, each once.
    private var checks: [Check] {
        let used = situation.lab.steps.flatMap { $0.checks.map(\.name.string) } + catalog.checks.map(\.name)
        return used.uniqued.compactMap { catalog[$0] }
    }

    private func page(_ cause: Cause, of check: Check, heading: String) -> String {
        let values = values(for: check, cause)
        var lines = ["\(heading) \(cause.name)", ""]
        if let about = cause.about { lines += [about.render(situation.values).trimmed, ""] }
        lines += ["lab says: *\(cause.because.render(values).trimmed)*", ""]
        if let see = cause.see { lines += block("To see it", see, values) }
        for (index, fix) in cause.fix.enumerated() { lines += block(index == 0 ? "To fix it" : "Then", fix, values) }
        if let step = cause.step {
            lines += ["Taught in step \(step)." + cause.read.map { " [\($0.title)](\($0.url.source))" }.joined(), ""]
        }
        return lines.joined(separator: "\n").trimmed
    }

    private func block(_ word: String, _ fix: Fix, _ values: Value) -> [String] {
        let (place, commands) = situation.instruction(fix, on: "MACHINE", values)
        let opening = fix.decide.map { ["\(Fix.decision) \($0.render(values).trimmed)", ""] } ?? []
        var lines =
            opening + ["\(fix.decide == nil ? word : "For that"), \(place):", ""]
            + ["```", commands.trimmed, "```", ""]
        if let lost = fix.lost {
            lines += ["This costs \(lost.render(values).trimmed). lab prints it only if the machines show that it is safe.", ""]
        }
        if let why = fix.why { lines += [why.render(values).trimmed, ""] }
        return lines
    }

    /// The situation's values, with words in capitals for the machine judged and for what a query would find there.
    private func values(for check: Check, _ cause: Cause? = nil) -> Value {
        let machine: Value = [
            "name": "MACHINE", "address": "ADDRESS", "hostname": "HOSTNAME", "user": "USER", "role": "ROLE", "node_id": "NODE_ID",
            "priority": "PRIORITY",
        ]
        var columns: [String: Value] = [:]
        let texts =
            cause.map {
                [$0.because, $0.at, $0.see?.run].compactMap(\.self)
                    + $0.fix.flatMap { [$0.at, $0.run, $0.why, $0.lost, $0.decide].compactMap(\.self) }
            } ?? []
        for name in texts.flatMap(\.names) where !name.contains(".") { columns[name] = .text(name.uppercased()) }
        return situation.values.merging(columns.filter { situation.values[$0.key] == nil }).merging(["this": machine, "machine": machine])
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isNewline { text.removeFirst() }
        return String(text)
    }
}
