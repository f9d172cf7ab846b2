import Course
import DataFiles
import Foundation
import Machines
import Walk

/// What a class file says of a student, of a group, or of the whole class. What is said nearer to the student goes first.
struct ClassPart {
    var platform: Text?
    var environment: Text?
    var variables: [String: Text] = [:]
    /// What is drawn for these students.
    var variety: Variety?
    /// What it is drawn from, as a pattern; nil: the student's name.
    var variant: Text?
    /// What all its machines have in common.
    var settings = MachineSettings()
    /// By the name of the machine.
    var machines: [String: (settings: MachineSettings, place: Place)] = [:]

    static let keys = ["platform", "environment", "variables", "vary", "variant", "machines"] + MachineSettings.commonKeys

    init() {}

    init(_ mapping: DataMapping, outline: LabOutline?, book: ComplaintBook) {
        platform = mapping["platform"]?.filledText()
        environment = mapping["environment"]?.filledText()
        variables = Inventory.readVariables(mapping["variables"])
        readVariant(mapping, book)
        settings = MachineSettings(mapping)
        settings.texts["address"] = nil
        readMachines(mapping["machines"], outline: outline)
    }

    /// `vary:` and `variant:`.
    mutating func readVariant(_ mapping: DataMapping, _ book: ComplaintBook) {
        variety = mapping["vary"].flatMap { Variety.read($0, book) }
        variant = Variant.readName(mapping["variant"], book)
    }

    /// `pg1: ADDRESS`, or a mapping with further values.
    mutating func readMachines(_ node: DataNode?, outline: LabOutline?) {
        for entry in node?.entries()?.entries ?? [] {
            if let outline, !outline.machines.contains(entry.name) {
                entry.key.complain(
                    "lab \(outline.name) has no machine '\(entry.name)'", expected: "one of \(outline.machines.joined(separator: ", "))",
                    nearest: nearestName(to: entry.name, among: outline.machines))
                continue
            }
            if entry.value.isMapping {
                guard let mapping = entry.value.mapping(keys: MachineSettings.keys) else { continue }
                machines[entry.name] = (MachineSettings(mapping), entry.key.place)
            } else if let address = entry.value.filledText() {
                machines[entry.name] = (MachineSettings(["address": address]), entry.key.place)
            }
        }
    }
}

/// A student as a class file names one, before patterns are filled in.
struct StudentEntry {
    var name: Text
    var group: Text?
    /// The number that patterns count with, if it is not the student's place in the list.
    var number: Int?
    var part = ClassPart()
}

/// Makes the students of a class of what its file says, and notes what does not fit.
final class ClassAssembly {
    let outline: LabOutline?
    let common: ClassPart
    /// By name, in the order of the file.
    let groups: [(name: String, part: ClassPart)]
    let folder: URL
    let book: ComplaintBook
    private var seenNames: [String: Place] = [:]
    private var seenMachines: [Door: (student: String, machine: String, place: Place)] = [:]

    /// Where a machine is reached: two machines with the same door are one.
    private struct Door: Hashable {
        var host: String
        var port: Int
        var through: String?
    }

    init(outline: LabOutline?, common: ClassPart, groups: [(name: String, part: ClassPart)] = [], folder: URL, book: ComplaintBook) {
        self.outline = outline
        self.common = common
        self.groups = groups
        self.folder = folder
        self.book = book
    }

    func students(_ entries: [StudentEntry]) -> [ClassStudent] {
        let digits = String(entries.count).count
        let students = entries.enumerated().compactMap { index, entry in
            student(entry, number: entry.number ?? index + 1, digits: max(2, digits))
        }
        let users = ConfiguredUsers(of: students.flatMap(\.inventory.machines), book: book)
        return students.map { student in
            var student = student
            student.inventory.machines = student.inventory.machines.compactMap { users.fill($0, at: student.place) }
            return student
        }
    }

    private func student(_ entry: StudentEntry, number: Int, digits: Int) -> ClassStudent? {
        guard ClassStudent.isName(entry.name.string) else {
            book.note(entry.name.place, "'\(entry.name)' is not valid as a student's name", expected: ClassStudent.nameRule)
            return nil
        }
        if let first = seenNames[entry.name.string] {
            book.note(entry.name.place, "the student '\(entry.name)' is already at \(first)", expected: "each student once")
            return nil
        }
        seenNames[entry.name.string] = entry.name.place
        var parts = [entry.part]
        if let group = entry.group {
            if let part = groups.first(where: { $0.name == group.string })?.part {
                parts.append(part)
            } else if !groups.isEmpty {
                book.note(
                    group.place, "there is no group '\(group)'", expected: "one of \(groups.map(\.name).joined(separator: ", "))",
                    nearest: nearestName(to: group.string, among: groups.map(\.name)))
            }
        }
        parts.append(common)
        let values: Value = [
            "n": .text(String(number)), "nn": .text(String(repeating: "0", count: max(0, digits - String(number).count)) + String(number)),
            "hundreds": .text(String(number / 100)), "rest": .text(String(number % 100)), "student": .text(entry.name.string),
            "group": .text(entry.group?.string ?? ""),
        ]
        let machines = readMachines(entry, parts, values)
        guard let platform = platform(entry, parts), let environment = environment(entry, parts) else { return nil }
        let variables = parts.reversed().reduce(into: [String: Text]()) { $0.merge($1.variables) { $1 } }
        return ClassStudent(
            name: entry.name.string, group: entry.group?.string,
            inventory: Inventory(
                lab: outline?.name ?? "", environment: environment, platform: platform, variables: variables,
                variant: variant(entry, parts, values), machines: machines),
            place: entry.name.place)
    }

    /// What is drawn for a student, if anything is: what is said nearer to the student goes over the rest.
    private func variant(_ entry: StudentEntry, _ parts: [ClassPart], _ values: Value) -> Variant? {
        let variety = parts.reversed().compactMap(\.variety).reduce(Variety.none) { $1.laid(over: $0) }
        guard !variety.isEmpty else { return nil }
        guard let pattern = parts.lazy.compactMap(\.variant).first else { return Variant(name: entry.name, variety: variety) }
        guard let template = pattern.template(book) else { return nil }
        template.missing(in: values).filter { !book.all.contains($0) }.forEach(book.note)
        let name = template.render(values)
        if Variant.isName(name) { return Variant(name: Text(name, at: pattern.place), variety: variety) }
        book.note(pattern.place, "'\(name)' is not valid as the name of a variant", expected: Variant.nameRule)
        return nil
    }

    private func readMachines(_ entry: StudentEntry, _ parts: [ClassPart], _ values: Value) -> [ReachableMachine] {
        let names = outline?.machines ?? Set(parts.flatMap(\.machines.keys)).sorted()
        return names.compactMap { name in
            guard parts.contains(where: { $0.machines[name] != nil }) else {
                book.note(entry.name.place, "the student '\(entry.name)' has no machine \(name)", expected: "an address for it")
                return nil
            }
            let layers = parts.flatMap { [$0.machines[name]?.settings, $0.settings].compactMap(\.self) }
            let reader = MachineReader(
                name: name, layers: layers, values: values.merging(["machine": .text(name)]), folder: folder, book: book)
            guard let machine = reader.read(at: entry.name.place) else { return nil }
            note(machine, of: entry)
            return machine
        }
    }

    /// Two students, or two names of one student, for one machine.
    private func note(_ machine: ReachableMachine, of entry: StudentEntry) {
        let door = Door(host: machine.host, port: machine.port ?? 22, through: machine.proxyCommand ?? machine.proxyJump)
        let place = entry.part.machines[machine.name]?.place ?? entry.name.place
        if let other = seenMachines[door] {
            let whose = other.student == entry.name.string ? "" : "\(other.student)'s "
            book.note(
                place, "\(machine.name) of '\(entry.name)' is at \(machine.place), where \(whose)\(other.machine) is (\(other.place))",
                expected: "a machine of its own")
        } else {
            seenMachines[door] = (entry.name.string, machine.name, place)
        }
    }

    private func platform(_ entry: StudentEntry, _ parts: [ClassPart]) -> String? {
        guard let text = parts.lazy.compactMap(\.platform).first else {
            book.note(
                entry.name.place, "nothing says which platform the machines of '\(entry.name)' have",
                expected: "'platform: …', for the class, a group or the student")
            return nil
        }
        if let outline, !outline.platforms.contains(text.string) {
            book.note(
                text.place, "lab \(outline.name) does not know the platform '\(text)'",
                expected: "one of \(outline.platforms.joined(separator: ", "))",
                nearest: nearestName(to: text.string, among: outline.platforms))
            return nil
        }
        return text.string
    }

    private func environment(_ entry: StudentEntry, _ parts: [ClassPart]) -> Environment? {
        guard let text = parts.lazy.compactMap(\.environment).first else { return .own }
        if let environment = Environment(rawValue: text.string) { return environment }
        let words = Environment.allCases.map(\.rawValue)
        book.note(
            text.place, "'\(text)' is not valid here", expected: "one of \(words.joined(separator: ", "))",
            nearest: nearestName(to: text.string, among: words))
        return nil
    }
}

extension ClassStudent {
    /// What ``isName(_:)`` accepts, in words.
    package static let nameRule = "up to 64 letters, digits, spaces and . , _ - @ ' +"

    /// Whether a text is good as a student's name. Names of people are of all languages; signs that mean more to a terminal, a
    /// path or a shell are not part of them.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first != "-", first != ".", text.unicodeScalars.count <= 64 else { return false }
        // As lists write it, "Hopper, Grace"; at an end the comma is a slip.
        guard first != ",", text.unicodeScalars.last != ",", text.trimmingCharacters(in: .whitespaces) == text else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            // ’ is what word processors make of an apostrophe; · is in Catalan names.
            case "0"..."9", " ", ".", ",", "_", "-", "@", "'", "+", "\u{2019}", "\u{B7}": true
            default: scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
            }
        }
    }
}
