import Course
import Display
import Facts

/// The machines with their real state, drawn as boxes; one below the other if they do not fit side by side.
struct MapText {
    let palette: Palette
    let width: Int

    init(_ terminal: Terminal) {
        palette = Palette(terminal)
        width = terminal.width - 1
    }

    /// What the map shows of a machine.
    struct Box {
        var machine: Machine
        var address: String
        /// Why it was not reached; nil when it was.
        var down: String?
        var rows: [(title: String, value: String)]
    }

    func draw(_ boxes: [Box]) -> String {
        let inner = 26
        let perLine = max(1, (width + 1) / (inner + 5))
        var lines: [String] = []
        for start in stride(from: 0, to: boxes.count, by: perLine) {
            let group = boxes[start..<min(start + perLine, boxes.count)].map { box($0, inner: min(inner, width - 4)) }
            let height = group.map(\.count).max() ?? 0
            for row in 0..<height {
                lines.append(group.map { $0.count > row ? $0[row] : String(repeating: " ", count: inner + 4) }.joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func box(_ box: Box, inner: Int) -> [String] {
        let line = "+" + String(repeating: "-", count: inner + 2) + "+"
        func row(_ text: String, _ style: Style = .plain) -> String {
            let fitted = Layout.truncate(text, width: inner)
            return "| " + palette.paint(fitted, style) + String(repeating: " ", count: max(0, inner - Layout.width(fitted))) + " |"
        }
        var rows = [line, row("\(box.machine.name) (\(box.machine.role.name))", .strong), row(box.address, .quiet)]
        if let down = box.down {
            rows.append(row("not reached", .failed))
            rows += Layout.wrap(Cleaner.line(down), width: inner).prefix(4).map { row($0) }
        } else {
            rows += box.rows.map { row("\(Layout.pad($0.title, 10)) \(Cleaner.line($0.value))") }
        }
        return rows + [line]
    }
}
