import DataFiles
import Foundation

/// An operating system flavour: the paths, packages, service names and accounts that the course's commands need there.
package struct Platform: Sendable, Hashable {
    package var name: String
    package var title: String
    /// Two levels of texts, such as `os.version`; the lab's variables are already put in.
    package var values: Value
    /// Those that can type commands: root, the student, and what the platform declares.
    package var accounts: [PlatformAccount]
    /// What asks the queries of fact tables; nil if the platform has nothing that answers queries.
    package var queries: QueryClient?

    package init(
        name: String, title: String, values: Value, accounts: [PlatformAccount] = PlatformAccount.builtIn, queries: QueryClient? = nil
    ) {
        self.name = name
        self.title = title
        self.values = values
        self.accounts = accounts
        self.queries = queries
    }

    /// The account of that name.
    package subscript(_ account: Account) -> PlatformAccount? { accounts.first { $0.account == account } }

    /// Reads groups of texts, which may hold templates.
    private static func read(_ groups: DataMapping, quoting known: Value, book: ComplaintBook) -> [String: Value] {
        var values: [String: Value] = [:]
        for group in groups.entries {
            var texts: [String: Value] = [:]
            for entry in group.value.entries()?.entries ?? [] {
                guard let text = entry.value.text(), let template = text.template(book) else { continue }
                template.missing(in: known).filter { !book.all.contains($0) }.forEach(book.note)
                texts[entry.name] = .text(template.render(known))
            }
            values[group.name] = .map(texts)
        }
        return values
    }

    /// Reads `platforms/NAME.yaml`; what is wrong goes to the book.
    /// - Parameter common: `values:` of `lab.yaml`.
    static func load(_ url: URL, variables: Value, common: DataMapping? = nil, book: ComplaintBook) -> Platform? {
        guard let root = DataFile.open(url, book: book),
            let file = root.mapping(keys: ["format", "platform", "title", "values", "accounts", "queries"])
        else { return nil }
        file.checkFormat()
        guard let name = file.requiredName("platform"), let title = file.requiredText("title"),
            let groups = file.required("values")?.entries()
        else { return nil }
        if name.string != url.deletingPathExtension().lastPathComponent {
            book.note(name.place, "platform '\(name.string)' is in the file \(url.lastPathComponent)", expected: "\(name.string).yaml")
        }
        var values = read(groups, quoting: variables, book: book)
        // What all platforms have in common may quote what each has of its own.
        let common = common.map { read($0, quoting: variables.merging(values), book: book) } ?? [:]
        for (group, texts) in common {
            // What a platform says itself goes before what all have in common.
            if case .map(let own)? = values[group] { values[group] = texts.merging(own) } else { values[group] = texts }
        }
        let own = file["accounts"]?.entries()?.entries.compactMap { PlatformAccount.read($0.key, $0.value, book: book) } ?? []
        return Platform(
            name: name.string, title: title.string, values: .map(values), accounts: PlatformAccount.builtIn + own,
            queries: file["queries"].flatMap { QueryClient.read($0, .map(values), book: book) })
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

    package init(program: String, account: Account, database: String) {
        self.program = program
        self.account = account
        self.database = database
    }

    /// Reads `queries:`.
    /// - Parameter values: those of the platform, which its path may quote.
    static func read(_ node: DataNode, _ values: Value, book: ComplaintBook) -> QueryClient? {
        guard let entry = node.mapping(keys: ["psql", "as", "database"]), let program = entry.requiredTemplate("psql", book),
            let account = entry.requiredText("as"), let database = entry.requiredName("database")
        else { return nil }
        program.missing(in: values).forEach(book.note)
        return QueryClient(program: program.render(values), account: Account(account.string), database: database.string)
    }
}
