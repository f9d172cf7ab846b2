import DataFiles
import Foundation

extension Lab {
    /// The file of a recorded walk.
    static func recording(_ name: String, in folder: URL) -> URL { folder.appending(path: "recordings/\(name).jsonl") }

    /// The recorded walks of a lab that is not read otherwise, by name; none if its file cannot be read.
    package static func recordings(in folder: URL) -> [(name: String, url: URL)] {
        let book = ComplaintBook()
        let file = DataFile.open(folder.appending(path: "lab.yaml"), book: book)?.entries()
        let names = file?["recordings"]?.list().compactMap { $0.text()?.string } ?? []
        return names.map { ($0, recording($0, in: folder)) }
    }
}

/// Reads the files of a lab's folder into a ``Lab``.
struct LabReader {
    let folder: URL
    /// What a student has chosen instead of the lab's own values.
    let chosen: [String: Text]
    let readsDrills: Bool
    let book: ComplaintBook

    func read() -> Lab? {
        let url = folder.appending(path: "lab.yaml")
        let keys = [
            "format", "lab", "title", "about", "follows", "uses", "variables", "values", "roles", "machines", "addresses", "map", "points",
            "recordings",
            "watch", "why", "terms", "steps",
        ]
        guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: keys) else { return nil }
        file.checkFormat()
        let name = file.requiredName("lab")
        let title = file.requiredText("title")
        let about = file.requiredText("about")
        let variables = readVariables(file["variables"])
        let chosen = variables.choosing(chosen, book)
        let roles = file.required("roles")?.list().compactMap { $0.text()?.checkedAsName(book).map { Role($0.string) } } ?? []
        let machines = file.required("machines").map { readMachines($0, roles) } ?? []
        let order = file.required("steps")?.list().compactMap { $0.text() } ?? []
        let common = file["values"]?.entries()
        let platforms = readPlatforms(variables, common: common)
        if platforms.isEmpty { book.note(file.place, "the lab has no platform", expected: "platforms/NAME.yaml") }
        let steps = readSteps(order)
        let drills = readsDrills ? files(in: "drills").compactMap { Drill.load($0, book: book) }.sorted { $0.stands(before: $1) } : []
        let known = Condition.Names(of: platforms)
        for condition in steps.flatMap(\.conditions) + drills.flatMap(\.conditions) { condition.noteUnknown(known, book) }
        guard let name, let title, let about else { return nil }
        if name.string != folder.lastPathComponent {
            book.note(name.place, "lab '\(name.string)' is in the folder \(folder.lastPathComponent)", expected: name.string)
        }
        return Lab(
            name: name.string, title: title.string, about: about.string, variables: chosen,
            follows: file["follows"]?.filledText(), uses: file["uses"]?.list().compactMap { $0.text() } ?? [], roles: roles,
            machines: machines,
            addresses: file["addresses"].map { readAddresses($0, machines) } ?? [:],
            platforms: platforms, steps: steps, drills: drills, map: file["map"]?.list().compactMap(readMapRow) ?? [],
            grading: file["points"].map { Grading.read($0, steps: steps, book: book) } ?? [:],
            recordings: readRecordings(file["recordings"]),
            watch: file["watch"] == nil ? nil : file.word("watch"), why: file["why"].flatMap { Lab.Why.read($0) },
            terms: readTerms(file["terms"]),
            folder: folder)
    }

    /// A variable is a text, or a mapping with its value and the choices that a student has.
    private func readVariables(_ node: DataNode?) -> LabVariables {
        var variables = LabVariables()
        for entry in node?.entries()?.entries ?? [] {
            if entry.value.isMapping {
                let values = entry.value.mapping(keys: ["value", "choices"])
                variables.values[entry.name] = values?.requiredText("value")?.string
                variables.choices[entry.name] = values?.required("choices")?.list().compactMap { $0.text()?.string }
            } else {
                variables.values[entry.name] = entry.value.text()?.string
            }
        }
        return variables
    }

    private func readPlatforms(_ variables: LabVariables, common: DataMapping?) -> [Platform] {
        files(in: "platforms").compactMap {
            let chosen = chosen.filter { variables.values[$0.key] != nil }.mapValues(\.string)
            return Platform.load($0, variables: variables, chosen: chosen, common: common, book: book)
        }
    }

    private func readRecordings(_ node: DataNode?) -> [Text] {
        let names = node?.list().compactMap { $0.text() } ?? []
        for name in names where !FileManager.default.fileExists(atPath: Lab.recording(name.string, in: folder).path) {
            book.note(name.place, "there is no recording '\(name)'", expected: "a file recordings/\(name).jsonl")
        }
        return names
    }

    /// By step, the words that it explains.
    private func readTerms(_ node: DataNode?) -> [Term] {
        (node?.entries()?.entries ?? []).flatMap { entry -> [Term] in
            guard let step = entry.key.text() else { return [] }
            return entry.value.listOrOne().compactMap { $0.filledText().map { Term(word: $0, step: step) } }
        }
    }

    private func readMapRow(_ node: DataNode) -> Lab.MapRow? {
        guard let row = node.mapping(keys: ["title", "sql"]), let title = row.requiredText("title"), let sql = row.requiredText("sql")
        else { return nil }
        return Lab.MapRow(title: title.string, sql: sql)
    }

    private func readMachines(_ node: DataNode, _ roles: [Role]) -> [Machine] {
        guard let entries = node.entries() else { return [] }
        return entries.entries.compactMap { entry in
            guard let name = entry.key.text()?.checkedAsName(book), let values = entry.value.entries() else { return nil }
            if Target(name.string) != .named(name.string) || roles.contains(Role(name.string)) {
                entry.key.complain("'\(name.string)' is a reserved word", expected: "another name for the machine")
            }
            let role = values.requiredText("role").flatMap { known($0, among: roles) }
            let hostname = values.requiredName("hostname")
            var figures: [String: String] = [:]
            for figure in values.entries where !["role", "hostname"].contains(figure.name) {
                figures[figure.name] = figure.value.text()?.string
            }
            guard let role, let hostname else { return nil }
            if hostname.string.contains("_") {
                book.note(hostname.place, "a host name cannot contain '_'", expected: "letters, digits and hyphens")
            }
            return Machine(name: name.string, role: role, hostname: hostname.string, figures: figures)
        }
    }

    /// By environment, one address for each machine.
    private func readAddresses(_ node: DataNode, _ machines: [Machine]) -> [Environment: [String: String]] {
        var addresses: [Environment: [String: String]] = [:]
        for entry in node.mapping(keys: Environment.allCases.map(\.rawValue))?.entries ?? [] {
            guard let environment = Environment(rawValue: entry.name), let own = entry.value.mapping(names: machines.map(\.name)) else {
                continue
            }
            addresses[environment] = Dictionary(
                machines.compactMap { machine in own.requiredText(machine.name).map { (machine.name, $0.string) } }
            ) { first, _ in first }
        }
        return addresses
    }

    private func known(_ text: Text, among roles: [Role]) -> Role? {
        if roles.contains(Role(text.string)) { return Role(text.string) }
        let names = roles.map(\.name)
        book.note(
            text.place, "the lab has no role '\(text)'", expected: "one of \(names.joined(separator: ", "))",
            nearest: nearestName(to: text.string, among: names))
        return nil
    }

    private func readSteps(_ order: [Text]) -> [Step] {
        let steps = files(in: "steps").compactMap { Step.load($0, book: book) }
        for step in steps where !order.contains(where: { $0.string == step.name }) {
            book.note(step.place, "step '\(step.name)' is not in lab.yaml's order", expected: "its name under 'steps:'")
        }
        return order.compactMap { name in
            let step = steps.first { $0.name == name.string }
            if step == nil {
                book.note(
                    name.place, "there is no step '\(name.string)'", expected: "a file steps/NN-\(name.string).yaml",
                    nearest: nearestName(to: name.string, among: steps.map(\.name)))
            }
            return step
        }
    }

    private func files(in name: String) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: name).appending(path: $0) }
    }
}

/// The variables of a lab, and what may be chosen for them.
struct LabVariables {
    /// What each one is if nobody chooses.
    var values: [String: String] = [:]
    /// By name, what it may be; any text where this has no entry.
    var choices: [String: [String]] = [:]

    /// The values with those chosen; what the lab does not have, or does not allow, goes to the book and is left out.
    func choosing(_ chosen: [String: Text], _ book: ComplaintBook) -> [String: String] {
        var result = values
        for (name, text) in chosen.sorted(by: { $0.key < $1.key }) {
            if values[name] == nil {
                book.note(
                    text.place, "the lab has no variable '\(name)'", expected: "one of \(values.keys.sorted().joined(separator: ", "))",
                    nearest: nearestName(to: name, among: values.keys))
            } else if let allowed = choices[name], !allowed.contains(text.string) {
                book.note(text.place, "'\(text.string)' is not valid here", expected: "one of \(allowed.joined(separator: ", "))")
            } else {
                result[name] = text.string
            }
        }
        return result
    }
}
