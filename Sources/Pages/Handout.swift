import Course

/// The whole course as one document, to print or to read ahead.
package struct Handout {
    let lab: Lab
    let reader: StepReader

    package init(lab: Lab, reader: StepReader) {
        self.lab = lab
        self.reader = reader
    }

    /// CommonMark: what the lab is about, its steps with their times, and each step in full.
    package var markdown: String {
        var text = "# \(lab.title)\n\n\(lab.about)\n"
        if let own = LabValues(of: lab) { text += "\n" + own.markdown }
        let minutes = lab.steps.map(\.minutes).reduce(0, +)
        text += "\nAbout \(minutes / 60) hours in \(lab.steps.count) steps:\n\n"
        for (number, step) in lab.steps.enumerated() {
            text += "\(number + 1). \(step.title.render(reader.values)) (`\(step.name)`, \(step.minutes) min)\n"
        }
        for (number, step) in lab.steps.enumerated() {
            text += "\n---\n\n" + Self.numbered(StepText.markdown(step, reader), number + 1)
            if !step.checks.isEmpty { text += "\nDone? Type `check` in lab, or `lab verify --step \(step.name)` in a shell.\n" }
        }
        return text
    }

    /// A step's own document, one level lower and with its number.
    private static func numbered(_ markdown: String, _ number: Int) -> String {
        var isCode = false
        var isFirst = true
        return markdown.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { return String(line) }
            defer { isFirst = false }
            return isFirst ? "## \(number). \(line.dropFirst(2))" : "#\(line)"
        }.joined(separator: "\n")
    }
}
