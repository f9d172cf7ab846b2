import DataFiles
import Machines
import Walk

/// A class as a spreadsheet: a row for each machine (`student,machine,address,…`), or a row for each student with a column
/// for each machine's address (`student,pg1,pg2,…`).
struct ClassTable {
    let header: [Text]
    let rows: [[Text]]
    let outline: LabOutline
    let book: ComplaintBook

    init(_ table: SeparatedValues, outline: LabOutline, book: ComplaintBook) {
        // People and spreadsheets write `Student`, `PG1`, `Known hosts`, `pg-witness`.
        let keys = Self.personal + MachineSettings.commonKeys + ["machine", "address"] + outline.machines
        header = table.header.map { Self.like($0, among: keys) }
        rows = table.rows
        self.outline = outline
        self.book = book
    }

    /// The name of these that a text means, whatever its case and with blanks or hyphens for underscores; else the text as it is.
    private static func like(_ text: Text, among names: [String]) -> Text {
        func plain(_ name: String) -> String { name.lowercased().replacing("-", with: "_").replacing(" ", with: "_") }
        guard !names.contains(text.string), let name = names.first(where: { plain($0) == plain(text.string) }) else { return text }
        return Text(name, at: text.place)
    }

    private static let personal = ["student", "group", "platform", "environment", "n"]

    func students() -> [StudentEntry] {
        let names = header.map(\.string)
        let perMachine = names.contains("machine")
        let known = Self.personal + MachineSettings.commonKeys + (perMachine ? ["machine", "address"] : outline.machines)
        for cell in header where !known.contains(cell.string) {
            book.note(
                cell.place, "unknown column '\(cell)'", expected: "one of \(known.joined(separator: ", "))",
                nearest: nearestName(to: cell.string, among: known))
        }
        for (name, cells) in Dictionary(grouping: header, by: \.string) where cells.count > 1 {
            book.note(cells[1].place, "the column '\(name)' is already at \(cells[0].place)", expected: "each column once")
        }
        for needed in perMachine ? ["student", "address"] : ["student"] where !names.contains(needed) {
            book.note(
                header[0].place, "there is no column '\(needed)'",
                expected: "student,\(perMachine ? "machine,address" : outline.machines.joined(separator: ","))")
        }
        guard book.all.isEmpty else { return [] }
        return perMachine ? byMachine() : rows.compactMap { entry(cells($0)) }
    }

    /// The cells of a row that are not empty, by column.
    private func cells(_ row: [Text]) -> [String: Text] {
        var cells: [String: Text] = [:]
        for (column, cell) in zip(header, row) where !cell.string.isEmpty { cells[column.string] = cell }
        if cells["student"] == nil { book.note(row[0].place, "this row names no student", expected: "a value in the column 'student'") }
        return cells
    }

    private func entry(_ cells: [String: Text]) -> StudentEntry? {
        guard let name = cells["student"] else { return nil }
        var entry = StudentEntry(name: name, group: cells["group"])
        if let text = cells["n"] {
            if let number = Int(text.string), (0...99_999).contains(number) {
                entry.number = number
            } else {
                book.note(text.place, "'\(text)' is not valid here", expected: "a number from 0 to 99999")
            }
        }
        entry.part.platform = cells["platform"]
        entry.part.environment = cells["environment"]
        entry.part.settings = MachineSettings(cells.filter { MachineSettings.commonKeys.contains($0.key) })
        for machine in outline.machines {
            if let address = cells[machine] { entry.part.machines[machine] = (MachineSettings(["address": address]), address.place) }
        }
        return entry
    }

    private func byMachine() -> [StudentEntry] {
        var entries: [StudentEntry] = []
        var positions: [String: Int] = [:]
        for row in rows {
            let cells = cells(row)
            guard var entry = entry(cells) else { continue }
            guard let machine = cells["machine"].map({ Self.like($0, among: outline.machines) }) else {
                book.note(row[0].place, "this row names no machine", expected: "a value in the column 'machine'")
                continue
            }
            guard outline.machines.contains(machine.string) else {
                book.note(
                    machine.place, "lab \(outline.name) has no machine '\(machine)'",
                    expected: "one of \(outline.machines.joined(separator: ", "))",
                    nearest: nearestName(to: machine.string, among: outline.machines))
                continue
            }
            // What is in a machine's row is about that machine.
            let settings = MachineSettings(cells.filter { MachineSettings.keys.contains($0.key) })
            entry.part.settings = MachineSettings()
            let position = positions[entry.name.string] ?? entries.count
            if position == entries.count {
                positions[entry.name.string] = position
                entries.append(entry)
            } else if let first = entries[position].part.machines[machine.string] {
                book.note(machine.place, "\(machine) of '\(entry.name)' is already at \(first.place)", expected: "each machine once")
                continue
            }
            entries[position].part.machines[machine.string] = (settings, machine.place)
            for (one, other) in [(entries[position].group, entry.group), (entries[position].part.platform, entry.part.platform)] {
                if let one, let other, one.string != other.string {
                    book.note(
                        other.place, "'\(other)' is here, but '\(one)' at \(one.place)",
                        expected: "the same for all machines of a student")
                }
            }
        }
        return entries
    }
}
