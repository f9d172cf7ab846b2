import Course
import DataFiles
import Foundation

extension Inventory {
    /// Reads an inventory. Names, addresses and users are held to a strict alphabet: they end up in commands.
    /// - Throws: everything that is wrong with the file.
    package static func load(_ url: URL) throws(Complaints) -> Inventory { try load(url, openSSH: .ofThisComputer) }

    /// Reads an inventory beside another configuration of OpenSSH's client than this computer's.
    static func load(_ url: URL, openSSH: OpenSSHClient) throws(Complaints) -> Inventory {
        let file = try DataFile(url)
        let inventory = read(file, openSSH)
        try file.book.close()
        guard let inventory else { throw Complaints([]) }
        return inventory
    }

    private static let keys = ["format", "lab", "environment", "platform", "variables", "variant", "vary", "defaults", "machines"]

    static func read(_ file: DataFile, _ openSSH: OpenSSHClient = .ofThisComputer) -> Inventory? {
        let book = file.book
        guard let root = file.root.mapping(keys: Self.keys) else { return nil }
        root.checkFormat()
        let lab = root.requiredName("lab")
        let environment: Environment? = root.word("environment")
        let platform = root.requiredName("platform")
        let defaults = root["defaults"]?.mapping(keys: MachineSettings.commonKeys).map { MachineSettings($0) } ?? MachineSettings()
        let variables = readVariables(root["variables"])
        let variant = readVariant(root, book)
        var machines: [(machine: ReachableMachine, place: Place)] = []
        var seen: [String: Place] = [:]
        for entry in root.required("machines")?.entries()?.entries ?? [] {
            guard let name = entry.key.text()?.checkedAsName(book), let values = entry.value.mapping(keys: MachineSettings.keys),
                let machine = MachineReader(name: name.string, layers: [MachineSettings(values), defaults], openSSH: openSSH, book: book)
                    .read(at: values.place)
            else { continue }
            if let first = seen[machine.address] {
                entry.key.complain(
                    "\(name) has the address \(machine.address), which is already at \(first)", expected: "an address of its own")
            }
            seen[machine.address] = entry.key.place
            machines.append((machine, values.place))
        }
        let users = ConfiguredUsers(of: machines.map(\.machine), openSSH: openSSH, book: book)
        let complete = machines.compactMap { users.fill($0.machine, at: $0.place) }
        guard let lab, let environment, let platform else { return nil }
        return Inventory(
            lab: lab.string, environment: environment, platform: platform.string, variables: variables, variant: variant, machines: complete
        )
    }

    /// `variant:`, and `vary:` beside it if not all is to be drawn that the lab lets vary.
    private static func readVariant(_ root: DataMapping, _ book: ComplaintBook) -> Variant? {
        let variety = root["vary"].flatMap { Variety.read($0, book) }
        guard let node = root["variant"] else {
            root["vary"]?.complain("nothing says from which name values are drawn", expected: "'variant: NAME' beside it")
            return nil
        }
        let name = Variant.readName(node, book)
        return name.map { Variant(name: $0, variety: variety ?? .all) }
    }

    /// The lab's variables that are chosen otherwise.
    package static func readVariables(_ node: DataNode?) -> [String: Text] {
        var variables: [String: Text] = [:]
        for entry in node?.entries()?.entries ?? [] {
            guard let text = entry.value.filledText() else { continue }
            if Alphabet.value.accepts(text.string) {
                variables[entry.name] = text
            } else {
                entry.value.complain("'\(text.string)' is not valid here", expected: Alphabet.value.description)
            }
        }
        return variables
    }
}
