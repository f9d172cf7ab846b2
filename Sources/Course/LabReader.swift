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
    let choice: Lab.Choice
    let readsDrills: Bool
    let book: ComplaintBook

    func read() -> Lab? {
        let url = folder.appending(path: "lab.yaml")
        let keys = [
            "format", "lab", "title", "about", "follows", "uses", "variables", "vary", "values", "roles", "machines", "addresses", "map",
            "points",
            "recordings",
            "watch", "why", "terms", "steps",
        ]
        guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: keys) else { return nil }
        file.checkFormat()
        let name = file.requiredName("lab")
        let title = file.requiredText("title")
        let about = file.requiredText("about")
        var variables = readVariables(file["variables"])
        for (name, sign) in choice.signs { variables.replace(name, with: sign) }
        let vary = readVariations(file["vary"], variables)
        let drawn = name.map { draw(vary, variables, lab: $0.string) } ?? [:]
        let said = choice.variables.merging(drawn) { own, _ in own }
        let chosen = variables.choosing(said, book)
        let roles = file.required("roles")?.list().compactMap { $0.text()?.checkedAsName(book).map { Role($0.string) } } ?? []
        let machines = file.required("machines").map { readMachines($0, roles, quoting: .map(chosen.mapValues(Value.text))) } ?? []
        let order = file.required("steps")?.list().compactMap { $0.text() } ?? []
        let common = file["values"]?.entries()
        let platforms = readPlatforms(variables, choosing: said, common: common)
        if platforms.isEmpty { book.note(file.place, "the lab has no platform", expected: "platforms/NAME.yaml") }
        let steps = readSteps(order)
        let drills = readsDrills ? files(in: "drills").compactMap { Drill.load($0, book: book) }.sorted { $0.stands(before: $1) } : []
        let known = Condition.Names(of: platforms)
        for condition in steps.flatMap(\.conditions) + drills.flatMap(\.conditions) { condition.noteUnknown(known, book) }
        guard let name, let title, let about else { return nil }
        if name.string != folder.lastPathComponent {
            book.note(name.place, "lab '\(name.string)' is in the folder \(folder.lastPathComponent)", expected: name.string)
        }
        var lab = Lab(
            name: name.string, title: title.string, about: about.string, variables: chosen,
            follows: file["follows"]?.filledText(), uses: file["uses"]?.list().compactMap { $0.text() } ?? [], roles: roles,
            machines: machines,
            addresses: file["addresses"].map { readAddresses($0, machines) } ?? [:],
            platforms: platforms, steps: steps, drills: drills, map: file["map"]?.list().compactMap(readMapRow) ?? [],
            grading: file["points"].map { Grading.read($0, steps: steps, book: book) } ?? [:],
            recordings: readRecordings(file["recordings"]),
            watch: file["watch"] == nil ? nil : file.word("watch"), why: file["why"].flatMap { Lab.Why.read($0) },
            terms: readTerms(file["terms"]), folder: folder)
        (lab.rules, lab.vary) = (variables, vary)
        if let variant = choice.variant {
            lab.variant = Lab.Drawn(name: variant.name.string, values: drawn.mapValues(\.string).filter { choice.variables[$0.key] == nil })
        }
        return lab
    }

    /// `vary:`. That a variable is in two entries, or none of the lab's, is noted.
    private func readVariations(_ node: DataNode?, _ variables: LabVariables) -> [Variation] {
        let variations = (node?.entries()?.entries ?? []).compactMap { Variation.read($0.key, $0.value, book) }
        var seen: [String: Text] = [:]
        for variable in variations.flatMap(\.variables) {
            variables.noteUnknown(variable, book)
            if let first = seen[variable.string] {
                book.note(variable.place, "'\(variable)' is already drawn at \(first.place)", expected: "each variable once")
            }
            seen[variable.string] = variable
        }
        return variations
    }

    /// The values that the student's variant has.
    private func draw(_ vary: [Variation], _ variables: LabVariables, lab: String) -> [String: Text] {
        guard let variant = choice.variant else { return [:] }
        return variant.variety.variations(of: vary, book).reduce(into: [:]) { drawn, variation in
            if !vary.contains(variation) { variables.noteMisfits(of: variation, book) }
            drawn.merge(variation.draw(lab: lab, student: variant.name.string, said: choice.variables)) { $1 }
        }
    }

    /// A variable is a text, or a mapping with its value and what a student may choose.
    private func readVariables(_ node: DataNode?) -> LabVariables {
        var variables = LabVariables()
        for entry in node?.entries()?.entries ?? [] {
            if entry.value.isMapping {
                let values = entry.value.mapping(keys: ["value", "choices", "accepts"])
                variables.values[entry.name] = values?.requiredText("value")?.string
                if values?["accepts"] != nil { variables.kinds[entry.name] = values?.word("accepts") }
                let choices = values?["accepts"] == nil ? values?.required("choices", "'choices: […]' or 'accepts: …'") : values?["choices"]
                variables.choices[entry.name] = choices?.list().compactMap { $0.text()?.string }
            } else {
                variables.values[entry.name] = entry.value.text()?.string
            }
        }
        return variables
    }

    private func readPlatforms(_ variables: LabVariables, choosing said: [String: Text], common: DataMapping?) -> [Platform] {
        files(in: "platforms").compactMap {
            let chosen = said.filter { variables.values[$0.key] != nil }.mapValues(\.string)
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

    /// - Parameter variables: the lab's variables, which figures may quote.
    private func readMachines(_ node: DataNode, _ roles: [Role], quoting variables: Value) -> [Machine] {
        guard let entries = node.entries() else { return [] }
        return entries.entries.compactMap { entry -> Machine? in
            guard let name = entry.key.text()?.checkedAsName(book), let values = entry.value.entries() else { return nil }
            if Target(name.string) != .named(name.string) || roles.contains(Role(name.string)) {
                entry.key.complain("'\(name.string)' is a reserved word", expected: "another name for the machine")
            }
            let role = values.requiredText("role").flatMap { known($0, among: roles) }
            let hostname = values.requiredName("hostname")
            var figures: [String: String] = [:]
            for figure in values.entries where !["role", "hostname"].contains(figure.name) {
                guard let text = figure.value.text(), let template = text.template(book) else { continue }
                template.missing(in: variables).forEach(book.note)
                figures[figure.name] = template.render(variables)
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
struct LabVariables: Sendable, Hashable {
    /// What each one is if nobody chooses.
    var values: [String: String] = [:]
    /// By name, what it may be; any text where this has no entry.
    var choices: [String: [String]] = [:]
    /// By name, what kind of text it is, if the lab says so.
    var kinds: [String: Kind] = [:]

    /// Takes a sign for a variable's value, whatever it may be otherwise.
    mutating func replace(_ name: String, with sign: String) {
        values[name] = sign
        (choices[name], kinds[name]) = (nil, nil)
    }

    /// The values with those chosen; what the lab does not have, or does not allow, goes to the book and is left out.
    func choosing(_ chosen: [String: Text], _ book: ComplaintBook) -> [String: String] {
        var result = values
        for (name, text) in chosen.sorted(by: { $0.key < $1.key }) {
            if values[name] == nil {
                noteUnknown(Text(name, at: text.place), book)
            } else if let misfit = misfit(text, as: name) {
                book.note(misfit)
            } else {
                result[name] = text.string
            }
        }
        return result
    }

    /// Notes a name that is not one of the lab's variables.
    func noteUnknown(_ name: Text, _ book: ComplaintBook) {
        guard values[name.string] == nil else { return }
        book.note(
            name.place, "the lab has no variable '\(name)'", expected: "one of \(values.keys.sorted().joined(separator: ", "))",
            nearest: nearestName(to: name.string, among: values.keys))
    }

    /// Notes values that a variable cannot have.
    func noteMisfits(of variation: Variation, _ book: ComplaintBook) {
        for (index, variable) in variation.variables.enumerated() {
            variation.values(of: index).compactMap { misfit($0, as: variable.string) }.forEach(book.note)
        }
    }

    private func misfit(_ text: Text, as name: String) -> Complaint? {
        if let allowed = choices[name], !allowed.contains(text.string) {
            return Complaint(text.place, "'\(text)' is not valid here", expected: "one of \(allowed.joined(separator: ", "))")
        }
        if let kind = kinds[name], !kind.accepts(text.string) {
            return Complaint(text.place, "'\(text)' is not valid as \(name)", expected: kind.rule)
        }
        return nil
    }

    /// What a variable accepts: `accepts:`.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case port, name, number

        func accepts(_ text: String) -> Bool {
            switch self {
            case .port: Int(text).map { (1...65_535).contains($0) && String($0) == text } ?? false
            case .number: Int(text).map { $0 >= 0 && String($0) == text } ?? false
            case .name:
                text.count <= 63 && ("a"..."z").contains(text.first ?? "0")
                    && text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
            }
        }

        /// What it accepts, in words.
        var rule: String {
            switch self {
            case .port: "a port from 1 to 65535"
            case .number: "a whole number"
            case .name: "a name: small letters, digits and '_', beginning with a letter"
            }
        }
    }
}
