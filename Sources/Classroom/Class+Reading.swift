import Course
import DataFiles
import Foundation
import Machines
import Walk

extension Class {
    /// Reads a class: a class file, or an existing inventory: the JSON of `ansible-inventory --list`, or CSV.
    /// - Parameters:
    ///   - outline: the lab of that name, or the only lab if no name is given; nil if there is none. What is wrong
    ///     with that lab is thrown.
    ///   - platform: for machines whose entry in the file does not name one.
    /// - Throws: everything that is wrong with the file.
    package static func load(_ url: URL, platform: String? = nil, outline: (String?) throws(Complaints) -> LabOutline?) throws(Complaints)
        -> Class
    {
        switch url.pathExtension.lowercased() {
        case "csv", "tsv", "json":
            var common = ClassPart()
            common.platform = platform.map { Text($0, at: Place(file: "--platform", line: 1, column: 1)) }
            return try load(
                inventory: url, hosts: nil, common: common, groups: [], folder: url.deletingLastPathComponent(), try outline(nil),
                ComplaintBook())
        default:
            if let foreign = ForeignInventory.complaint(about: url) { throw Complaints([foreign]) }
            return try read(try DataFile(url), folder: url.deletingLastPathComponent(), platform: platform, outline: outline)
        }
    }

    private static let keys = [
        "format", "class", "lab", "environment", "platform", "variables", "vary", "variant", "defaults", "machines", "groups", "students",
        "count", "named",
        "inventory", "hosts",
    ]

    static func read(_ file: DataFile, folder: URL, platform: String? = nil, outline: (String?) throws(Complaints) -> LabOutline?)
        throws(Complaints) -> Class
    {
        let book = file.book
        guard let root = file.root.mapping(keys: keys) else {
            try book.close()
            throw Complaints([])
        }
        root.checkFormat()
        let name = root.requiredText("class")
        let lab = root["lab"]?.filledText()
        let outline = try outline(lab?.string)
        if outline == nil, let lab { book.note(lab.place, "there is no lab '\(lab)'", expected: "a lab of this course") }
        var common = ClassPart()
        common.platform = root["platform"]?.filledText() ?? platform.map { Text($0, at: file.root.place) }
        common.environment = root["environment"]?.filledText()
        common.variables = Inventory.readVariables(root["variables"])
        common.readVariant(root, book)
        if let defaults = root["defaults"]?.mapping(keys: MachineSettings.commonKeys) { common.settings = MachineSettings(defaults) }
        common.readMachines(root["machines"], outline: outline)
        var groups: [(name: String, part: ClassPart)] = []
        for entry in root["groups"]?.entries()?.entries ?? [] {
            guard let mapping = entry.value.mapping(keys: ClassPart.keys) else { continue }
            groups.append((entry.name, ClassPart(mapping, outline: outline, book: book)))
        }
        let ways = ["students", "count", "inventory"].filter { root[$0] != nil }
        guard ways.count == 1 else {
            book.note(
                root.place,
                ways.isEmpty ? "nothing says who the students are" : "\(ways.joined(separator: " and ")) both say who the students are",
                expected: "one of students, count, inventory")
            throw Complaints(book.all)
        }
        if let node = root["inventory"] {
            guard let text = node.filledText() else { throw Complaints(book.all) }
            let url = text.string.hasPrefix("/") ? URL(filePath: text.string) : folder.appending(path: text.string)
            var result = try load(
                inventory: url, hosts: root["hosts"]?.filledText(), common: common, groups: groups, folder: folder, outline, book)
            result.name = name?.string ?? result.name
            return result
        }
        if let hosts = root["hosts"] {
            hosts.complain("'hosts' says what hosts of an inventory are named like", expected: "'inventory: …' beside it")
        }
        let assembly = ClassAssembly(outline: outline, common: common, groups: groups, folder: folder, book: book)
        let students = assembly.students(entries(root, outline: outline, book))
        try book.close()
        guard let name, let outline else { throw Complaints([]) }
        return Class(name: name.string, lab: outline.name, students: students, remarks: [])
    }

    private static func entries(_ root: DataMapping, outline: LabOutline?, _ book: ComplaintBook) -> [StudentEntry] {
        if let node = root["count"] {
            guard let count = node.int(in: 1...10_000) else { return [] }
            return counted(count, named: root["named"], at: node)
        }
        if let named = root["named"] {
            named.complain("'named' names students that are counted", expected: "'count: …' instead of 'students'")
        }
        return (root["students"]?.list() ?? []).compactMap { node in
            guard node.isMapping else { return node.filledText().map { StudentEntry(name: $0) } }
            guard let mapping = node.mapping(keys: ["student", "group", "n"] + ClassPart.keys), let name = mapping.requiredText("student")
            else { return nil }
            return StudentEntry(
                name: name, group: mapping["group"]?.filledText(), number: mapping["n"]?.int(in: 0...99_999),
                part: ClassPart(mapping, outline: outline, book: book))
        }
    }

    /// Students without names: `named: guest{{nn}}`, or `student-01` and so on.
    private static func counted(_ count: Int, named node: DataNode?, at place: DataNode) -> [StudentEntry] {
        let pattern = node?.filledText() ?? Text("student-{{nn}}", at: place.place)
        let digits = max(2, String(count).count)
        guard pattern.string.contains("{{n}}") || pattern.string.contains("{{nn}}") else {
            node?.complain("every student would have the name '\(pattern)'", expected: "{{n}} or {{nn}} in it")
            return []
        }
        return (1...count).map { number in
            let padded = String(repeating: "0", count: digits - String(number).count) + String(number)
            let name = pattern.string.replacing("{{nn}}", with: padded).replacing("{{n}}", with: String(number))
            return StudentEntry(name: Text(name, at: pattern.place))
        }
    }

    private static func load(
        inventory url: URL, hosts: Text?, common: ClassPart, groups: [(name: String, part: ClassPart)], folder: URL, _ outline: LabOutline?,
        _ book: ComplaintBook
    ) throws(Complaints) -> Class {
        guard let outline else {
            try book.close()
            throw Complaints([
                Complaint(
                    Place(file: DataFile.shown(url), line: 1, column: 1), "nothing says which lab this class builds", expected: "--lab NAME"
                )
            ])
        }
        var entries: [StudentEntry]
        var remarks: [String] = []
        if url.pathExtension.lowercased() == "json" {
            (entries, remarks) = try AnsibleInventory(url, book: book).students(outline: outline, hosts: hosts)
        } else {
            entries = ClassTable(try SeparatedValues(url), outline: outline, book: book).students()
        }
        let assembly = ClassAssembly(outline: outline, common: common, groups: groups, folder: folder, book: book)
        let students = assembly.students(entries)
        if students.isEmpty, book.all.isEmpty {
            book.note(Place(file: DataFile.shown(url), line: 1, column: 1), "there is no student in it", expected: "at least one")
        }
        try book.close()
        return Class(name: url.deletingPathExtension().lastPathComponent, lab: outline.name, students: students, remarks: remarks)
    }
}
