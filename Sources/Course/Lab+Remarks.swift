import DataFiles
import Foundation

/// A word of the lab's subject, and the step that explains it.
package struct Term: Sendable, Hashable {
    package var word: Text
    package var step: Text
}

extension Lab {
    /// What an author should look at in the texts of a lab. It keeps nothing from working.
    /// - Parameter looksOnly: whether a command only looks: a hint may have all of it.
    package func remarks(looksOnly: (String) -> Bool = { _ in false }) -> [Complaint] {
        let found = leftovers() + earlyTerms() + solvedHints(looksOnly) + emptyReasons() + wideLines()
        return found.map(\.asWarning)
    }

    /// Terms whose step is not there: that is a complaint, and no warning.
    func lintTerms(_ book: ComplaintBook) {
        for term in terms where step(named: term.step.string) == nil {
            book.note(
                Complaint(
                    term.step.place, "there is no step '\(term.step)'", expected: "the step that explains '\(term.word)'",
                    nearest: nearestName(to: term.step.string, among: steps.map(\.name))))
        }
    }

    // MARK: - What lab new left

    private func leftovers() -> [Complaint] {
        let folders = ["", "steps", "drills", "platforms"].map { $0.isEmpty ? folder : folder.appending(path: $0) }
        let files = folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: $0) }
        }
        return files.flatMap(Leftover.complaints)
    }

    // MARK: - Terms

    /// Each term that a step uses before the one that explains it, once for each such step; and terms that their step does not have.
    private func earlyTerms() -> [Complaint] {
        let prose = steps.map { step in step.prose.map { Prose($0.source) } }
        return terms.flatMap { term -> [Complaint] in
            guard let explained = position(of: term.step.string) else { return [] }
            var found = prose[..<explained].compactMap { texts in
                texts.lazy.compactMap { $0.place(of: term.word.string) }.first.map {
                    Complaint(
                        $0, "'\(term.word)' is used before step '\(term.step)' explains it",
                        expected: "a plain word, or its explanation here")
                }
            }
            if !prose[explained].contains(where: { $0.place(of: term.word.string) != nil }) {
                found.append(
                    Complaint(
                        term.word.place, "step '\(term.step)' does not have the word '\(term.word)'", expected: "the step that explains it")
                )
            }
            return found
        }
    }

    // MARK: - Hints

    /// Hints before the last one that have all of a command that solves the step, or the drill.
    private func solvedHints(_ looksOnly: (String) -> Bool) -> [Complaint] {
        let pages = steps.map { ($0.hints, $0.tasks) } + drills.map { ($0.hints, $0.repair) }
        return pages.flatMap { hints, tasks in
            let commands = Set(tasks.map { Self.words($0.run.source.string) }).filter { $0.contains(" ") && !looksOnly($0) }
            return hints.dropLast().compactMap { hint in
                commands.contains { Self.words(hint.source.string).hasWhole($0) }
                    ? Complaint(
                        hint.source.place, "this hint has the whole command of a task",
                        expected: "less than the solution before the last hint")
                    : nil
            }
        }
    }

    private static func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    // MARK: - Reasons

    /// Tasks whose reason is their command, or a single word.
    private func emptyReasons() -> [Complaint] {
        let tasks = steps.flatMap { $0.tasks + $0.undo } + drills.flatMap { $0.inject + $0.repair }
        return tasks.filter { task in
            let why = Self.words(task.why.source.string)
            return !why.contains(" ") || why.trimmingCharacters(in: CharacterSet(charactersIn: "`.:")) == Self.words(task.run.source.string)
        }.map { Complaint($0.why.source.place, "this says what is typed, and not why", expected: "a reason for the command") }
    }

    // MARK: - Width

    /// Lines of prose that are wider than a file of a course. Tables and commands are as wide as they have to be.
    private func wideLines() -> [Complaint] {
        let texts = steps.flatMap { $0.prose + [$0.withoutUndo].compactMap(\.self) } + drills.flatMap(\.prose)
        var files: [String: [Substring]] = [:]
        var complaints: [Complaint] = []
        for text in texts {
            let file = text.source.place.file
            let url = steps.contains { $0.place.file == file } ? "steps" : "drills"
            let lines =
                files[file]
                ?? {
                    let path = folder.appending(path: "\(url)/\(URL(filePath: file).lastPathComponent)")
                    return ((try? String(contentsOf: path, encoding: .utf8)) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                }()
            files[file] = lines
            for (number, line) in Prose(text.source).lines.enumerated() {
                let place = text.source.place(line: number, column: CheckedWidth.columns + 1)
                let isText = !line.hasPrefix("|") && line.contains { !$0.isWhitespace }
                guard isText, lines.indices.contains(place.line - 1), lines[place.line - 1].count > CheckedWidth.columns else { continue }
                let wide = Place(file: place.file, line: place.line, column: CheckedWidth.columns + 1)
                guard !complaints.contains(where: { $0.place == wide }) else { continue }
                complaints.append(
                    Complaint(
                        wide, "this line has \(lines[place.line - 1].count) columns", expected: "at most \(CheckedWidth.columns)"))
            }
        }
        return complaints
    }
}

/// What can be read aloud fits this many columns. Commands of steps and drills are as long as a person types them.
package enum CheckedWidth {
    package static let columns = 140
}

/// Texts that `lab new` began, and nobody has written yet.
package enum Leftover {
    /// One for each line of a file that still has one, at its beginning or at that of a value.
    package static func complaints(in file: URL) -> [Complaint] {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            guard let found = line.range(of: "Write (here|a nudge here)\\b", options: .regularExpression) else { return nil }
            let before = line[..<found.lowerBound].trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
            guard before.isEmpty || before.last.map({ ":-[,{".contains($0) }) == true else { return nil }
            return Complaint(
                Place(
                    file: DataFile.shown(file), line: number + 1, column: line.distance(from: line.startIndex, to: found.lowerBound) + 1),
                "this text is still to be written", expected: "words in place of those that lab new left")
        }
    }
}

extension Step {
    /// What a student reads of it, in the order of the page.
    fileprivate var prose: [Template] { [title, goal, teach] + tasks.map(\.why) + hints }
}

extension Drill {
    fileprivate var prose: [Template] { [title, story] + hints + (inject + repair).map(\.why) }
}

extension String {
    /// Whether a command is in it from its first word to its last.
    fileprivate func hasWhole(_ command: String) -> Bool {
        guard let found = range(of: command) else { return false }
        func isPart(_ letter: Character?) -> Bool { letter.map { $0.isLetter || $0.isNumber || "_-/.".contains($0) } ?? false }
        let after = self[found.upperBound...]
        return !isPart(self[..<found.lowerBound].last) && !isPart(after.first == "." ? after.dropFirst().first : after.first)
    }
}
