import DataFiles
import Foundation

/// An operating system flavour: the paths, packages, service names and accounts that the course's commands need there.
package struct Platform: Sendable, Hashable {
    package var name: String
    package var title: String
    /// What it is like where platforms differ, in the words that conditions use: `["family": "debian"]`.
    package var traits: [String: String]
    /// The lab's variables as they are on it: chosen by the student, or its own, or else the lab's.
    package var variables: [String: String]
    /// The same before anything was chosen or drawn.
    var usual: [String: String] = [:]
    /// How its practice machines are made; nil if there are none.
    package var practice: PracticeSource?
    /// Two levels of texts, such as `os.version`; the lab's variables are already put in.
    package var values: Value
    /// Those that can type commands: root, the student, and what the platform declares.
    package var accounts: [PlatformAccount]
    /// What asks the queries of fact tables; nil if the platform has nothing that answers queries.
    package var queries: QueryClient?

    package init(
        name: String, title: String, traits: [String: String] = [:], variables: [String: String] = [:], practice: PracticeSource? = nil,
        values: Value, accounts: [PlatformAccount] = PlatformAccount.builtIn, queries: QueryClient? = nil
    ) {
        self.name = name
        self.title = title
        self.traits = traits
        self.variables = variables
        self.practice = practice
        self.values = values
        self.accounts = accounts
        self.queries = queries
    }

    /// The account of that name.
    package subscript(_ account: Account) -> PlatformAccount? { accounts.first { $0.account == account } }

    /// Reads groups of texts, which may hold templates.
    private static func read(_ groups: DataMapping?, quoting known: Value, book: ComplaintBook) -> Value {
        var values: [String: Value] = [:]
        for group in groups?.entries ?? [] {
            var texts: [String: Value] = [:]
            for entry in group.value.entries()?.entries ?? [] {
                guard let text = entry.value.text(), let template = text.template(book) else { continue }
                template.missing(in: known).filter { !book.all.contains($0) }.forEach(book.note)
                texts[entry.name] = .text(template.render(known))
            }
            values[group.name] = .map(texts)
        }
        return .map(values)
    }

    private static let keys = ["format", "platform", "title", "like", "traits", "variables", "practice", "values", "accounts", "queries"]

    /// Reads `platforms/NAME.yaml`; what is wrong goes to the book.
    /// - Parameters:
    ///   - chosen: what the student chose of the lab's variables.
    ///   - common: `values:` of `lab.yaml`.
    static func load(
        _ url: URL, variables: LabVariables, chosen: [String: String] = [:], common: DataMapping? = nil, book: ComplaintBook
    ) -> Platform? {
        guard let file = open(url, book) else { return nil }
        guard let name = file.requiredName("platform"), let title = file.requiredText("title") else { return nil }
        if name.string != url.deletingPathExtension().lastPathComponent {
            book.note(name.place, "platform '\(name.string)' is in the file \(url.lastPathComponent)", expected: "\(name.string).yaml")
        }
        // From the one that it is like to itself: what a file says itself goes before that.
        var files = [file]
        if let like = file["like"]?.filledText()?.checkedAsName(book) {
            let other = url.deletingLastPathComponent().appending(path: "\(like).yaml")
            guard like.string != name.string, FileManager.default.fileExists(atPath: other.path) else {
                book.note(like.place, "there is no other platform '\(like)' to be like", expected: "the name of a platform of the lab")
                return nil
            }
            guard let base = open(other, book) else { return nil }
            if let further = base["like"] {
                further.complain(
                    "'\(like)', which '\(name)' is like, is like another one itself", expected: "a platform that says everything")
            }
            files.insert(base, at: 0)
        } else if file["values"] == nil {
            book.note(file.place, "the key 'values' is missing", expected: "'values: …', or 'like: PLATFORM'")
        }
        func texts(_ key: String) -> [String: Text] {
            files.compactMap { $0[key]?.entries() }.reduce(into: [:]) { all, own in
                for entry in own.entries { all[entry.name] = entry.value.text() }
            }
        }
        let usual = variables.choosing(texts("variables"), book)
        let own = usual.merging(chosen) { $1 }
        let known = Value.map(own.mapValues(Value.text))
        let values = files.reduce(Value.map([:])) { $0.mergingGroups(of: read($1["values"]?.entries(), quoting: known, book: book)) }
        // What all platforms have in common may quote what each has of its own.
        let shared = read(common, quoting: known.mergingGroups(of: values), book: book)
        let accounts = files.last { $0["accounts"] != nil }?["accounts"]?.entries()?.entries ?? []
        let complete = shared.mergingGroups(of: values)
        var platform = Platform(
            name: name.string, title: title.string, traits: texts("traits").mapValues(\.string), variables: own,
            practice: file["practice"].flatMap(PracticeSource.read), values: complete,
            accounts: PlatformAccount.builtIn + accounts.compactMap { PlatformAccount.read($0.key, $0.value, book: book) },
            queries: files.last { $0["queries"] != nil }?["queries"].flatMap {
                QueryClient.read($0, known.mergingGroups(of: complete), book: book)
            })
        platform.usual = usual
        return platform
    }

    private static func open(_ url: URL, _ book: ComplaintBook) -> DataMapping? {
        guard let file = DataFile.open(url, book: book)?.mapping(keys: keys) else { return nil }
        file.checkFormat()
        return file
    }
}

extension Value {
    /// With the texts of another one's groups, which go before its own.
    fileprivate func mergingGroups(of other: Value) -> Value {
        guard case .map(var groups) = self, case .map(let others) = other else { return other }
        for (group, texts) in others {
            if case .map(let own) = texts, let there = groups[group] { groups[group] = there.merging(own) } else { groups[group] = texts }
        }
        return .map(groups)
    }
}

/// What practice machines of a platform are made from.
package struct PracticeSource: Sendable, Hashable {
    /// The release of Debian whose packages they have, such as `trixie`.
    package var suite: String

    package init(suite: String) { self.suite = suite }

    /// Reads `practice:`.
    static func read(_ node: DataNode) -> PracticeSource? {
        // It becomes a word of commands.
        node.mapping(keys: ["suite"])?.requiredName("suite").map { PracticeSource(suite: $0.string) }
    }
}

/// An account of a platform: its user, and how a person becomes it.
package struct PlatformAccount: Sendable, Hashable {
    package var account: Account
    /// The user on the machine. That of the student is in the inventory.
    package var user: String
    /// The command with which a person becomes it; nil if nothing has to be typed.
    package var become: String?

    package init(account: Account, user: String, become: String?) {
        self.account = account
        self.user = user
        self.become = become
    }

    /// The accounts that every platform has.
    package static let builtIn = [
        PlatformAccount(account: .root, user: "root", become: "sudo -i"), PlatformAccount(account: .student, user: "", become: nil),
    ]

    /// Reads one entry of `accounts:`.
    static func read(_ key: DataNode, _ node: DataNode, book: ComplaintBook) -> PlatformAccount? {
        guard let name = key.text()?.checkedAsName(book), let entry = node.mapping(keys: ["user", "become"]) else { return nil }
        if builtIn.contains(where: { $0.account.name == name.string }) {
            key.complain("every platform has the account '\(name)'", expected: "another name")
            return nil
        }
        // It ends up in commands.
        let user = entry["user"] == nil ? name : entry.requiredName("user")
        guard let user, let become = entry.requiredText("become") else { return nil }
        return PlatformAccount(account: Account(name.string), user: user.string, become: become.string)
    }
}

/// The program on a machine that is asked the queries of fact tables: `psql`, or one that takes its options.
package struct QueryClient: Sendable, Hashable {
    /// Its path.
    package var program: String
    /// The account that asks.
    package var account: Account
    /// The database for queries that name no other.
    package var database: String
    /// The port that the server listens on; nil: the client's own.
    package var port: String?

    package init(program: String, account: Account, database: String, port: String? = nil) {
        self.port = port
        self.program = program
        self.account = account
        self.database = database
    }

    /// Reads `queries:`.
    /// - Parameter values: those of the platform, which its path may quote.
    static func read(_ node: DataNode, _ values: Value, book: ComplaintBook) -> QueryClient? {
        guard let entry = node.mapping(keys: ["psql", "as", "database", "port"]), let program = entry.requiredTemplate("psql", book),
            let account = entry.requiredText("as"), let database = entry.requiredName("database")
        else { return nil }
        let port = entry.template("port", book)
        for template in [program, port].compactMap(\.self) { template.missing(in: values).forEach(book.note) }
        return QueryClient(
            program: program.render(values), account: Account(account.string), database: database.string, port: port?.render(values))
    }
}
