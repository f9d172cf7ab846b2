import Checks
import Display

/// A class at a terminal: students and steps, and what holds the class back.
struct ClassMatrix {
    /// How many students come below one heading.
    private static let studentsAPage = 30
    private static let shownCauses = 8

    private let view: ClassView
    private let options: ReportOptions
    private let palette: Palette
    private let nameWidth: Int
    private let blocks: [Block]
    private let pointsHeading: String
    private let pointsWidth: Int

    /// Steps that are beside each other.
    private struct Block {
        var steps: Range<Int>
        var columns: Int
    }

    init(_ report: RunReport, _ options: ReportOptions) {
        view = ClassView(report, options)
        self.options = options
        palette = Palette(Terminal(isTerminal: false, hasColour: options.hasColour, hasUnicode: options.hasUnicode, width: options.width))
        nameWidth = min(max(7, view.rows.map { Layout.width(Cleaner.line($0.student.student)) + 1 }.max() ?? 0), max(7, options.width / 4))
        pointsHeading = "of \(Points.written(view.rows.first?.points.possible ?? 0))"
        pointsWidth = max(6, pointsHeading.count)
        // Name, gap, cells, gap, points, gap, where the student is.
        let room = max(10, options.width - nameWidth - 2 - pointsWidth - 2 - 8)
        let count = view.steps.count
        if count * 2 <= room {
            blocks = [Block(steps: 0..<count, columns: 2)]
        } else {
            blocks = stride(from: 0, to: max(1, count), by: room).map { Block(steps: $0..<min(count, $0 + room), columns: 1) }
        }
    }

    func text() -> String {
        var lines = wrap("\(Cleaner.line(view.report.subject)): \(view.summary)").map { palette.paint($0, .heading) }
        lines += view.cautions.flatMap { wrap(palette.paint($0, .unknown)) }
        for block in blocks where !view.rows.isEmpty { lines += [""] + matrix(block) }
        lines += [""] + legend()
        if !view.warnings.isEmpty { lines += [""] + warnings() }
        if !view.causes.isEmpty { lines += [""] + causes() }
        lines += [""] + wrap(VerdictCountsText.sentence(view.report.counts))
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Students and steps

    private func matrix(_ block: Block) -> [String] {
        var lines: [String] = []
        var number = 0
        for group in view.groups {
            if number % Self.studentsAPage != 0, let name = group.name { lines.append(palette.paint(Cleaner.line(name), .strong)) }
            for row in group.rows {
                if number % Self.studentsAPage == 0 {
                    if number > 0 { lines.append("") }
                    lines += heading(block)
                    if let name = group.name { lines.append(palette.paint(Cleaner.line(name), .strong)) }
                }
                lines.append(line(row, block))
                number += 1
            }
        }
        return lines
    }

    /// The numbers of the steps, each digit in a line of its own, so that two digits need no more room than one.
    private func heading(_ block: Block) -> [String] {
        let numbers = view.steps[block.steps].map { String($0.number) }
        let height = numbers.map(\.count).max() ?? 1
        return (0..<height).map { level in
            let digits = numbers.map { number -> String in
                let padded = String(repeating: " ", count: height - number.count) + number
                let digit = String(padded[padded.index(padded.startIndex, offsetBy: level)])
                return Layout.pad(digit, block.columns)
            }.joined()
            let isLast = level == height - 1
            let lead = Layout.pad(isLast ? "student" : "", nameWidth + 1)
            // What all points are together is above them once.
            let above = level == height - 2 ? "points" : isLast ? pointsHeading : ""
            let tail = "  " + Layout.padLeft(above, pointsWidth) + (isLast ? "  is at" : "")
            return palette.paint((lead + digits + tail).trimmedAtEnd, .quiet)
        }
    }

    private func line(_ row: ClassView.Row, _ block: Block) -> String {
        let flag = row.student.collected.kind == .bundle ? "*" : row.student.warnings.isEmpty ? "" : "!"
        let name = Layout.truncate(Cleaner.line(row.student.student), width: nameWidth - 1) + flag
        let cells = row.cells[block.steps].map { palette.letter($0.outcome.mark) + String(repeating: " ", count: block.columns - 1) }
            .joined()
        let lead = Layout.pad(name, nameWidth + 1) + cells + "  " + Layout.padLeft(Points.tenths(row.points.earned), pointsWidth) + "  "
        let place = Layout.truncate(whereabouts(row), width: max(4, options.width - Layout.width(lead)))
        return lead + place
    }

    private func whereabouts(_ row: ClassView.Row) -> String {
        let text = row.place.text { Cleaner.line($0) }
        return switch row.place {
        case .done: palette.paint(text, .passed)
        case .notReached, .notJudged: palette.paint(text, .unknown)
        case .at: text
        }
    }

    private func legend() -> [String] {
        let marks = Outcome.allCases.map { "\(palette.letter($0.mark)) \($0.meaning)" }.joined(separator: ", ")
        let digits = view.steps.last.map { String($0.number).count } ?? 1
        let items = view.steps.map { numbered in
            let number = String(numbered.number)
            return String(repeating: " ", count: digits - number.count) + number + " " + Cleaner.line(numbered.step.name)
        }
        let column = (items.map(Layout.width).max() ?? 0) + 2
        let perLine = max(1, (options.width + 2) / max(1, column))
        // Read downwards, as a list is.
        let height = (items.count + perLine - 1) / perLine
        let lines = (0..<height).map { row in
            stride(from: row, to: items.count, by: max(1, height)).map { Layout.pad(items[$0], column) }.joined().trimmedAtEnd
        }
        return wrap(marks) + lines
    }

    // MARK: What holds the class back

    private func causes() -> [String] {
        var lines = [palette.paint("What holds the class back", .heading)]
        let digits = String(view.causes.first?.students.count ?? 0).count
        for cause in view.causes.prefix(Self.shownCauses) {
            let count = String(cause.students.count)
            let lead = String(repeating: " ", count: digits + 2 - count.count) + count + "  "
            let indent = String(repeating: " ", count: digits + 4)
            let names = Cleaner.line(shortList(cause.students))
            lines += Layout.wrap(
                "\(palette.paint(Cleaner.line(cause.name), .strong)) (step \(Cleaner.line(cause.step))): \(names)", width: options.width,
                first: lead, rest: indent)
            lines += Layout.wrap(palette.paint(Cleaner.line(cause.example), .quiet), width: options.width, first: indent, rest: indent)
        }
        let more = view.causes.count - Self.shownCauses
        if more > 0 { lines.append("  and \(more) more; --format html or markdown has all of them") }
        return lines
    }

    private func shortList(_ names: [String]) -> String {
        let shown = names.prefix(6).joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }

    private func warnings() -> [String] {
        [palette.paint("To be looked at (marked with !)", .heading)]
            + view.warnings.flatMap {
                Layout.wrap("\(Cleaner.line($0.student)): \(Cleaner.line($0.warning))", width: options.width, first: "  ", rest: "    ")
            }
    }

    private func wrap(_ text: String) -> [String] { Layout.wrap(text, width: options.width) }
}

extension String {
    /// Without blanks at the end.
    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
