import DataFiles

/// Commands to run, on which machines, as which user, and why.
package struct StepTask: Sendable, Hashable {
    /// Names the task within its step if something refers to it.
    package var id: String?
    /// One place or several.
    package var at: [Target]
    /// The account that types it; nil at the workstation.
    package var account: Account?
    /// Where the task applies at all.
    package var when: Condition
    package var why: Template
    package var run: Template
    /// What it looks like when it goes well.
    package var prints: Template?

    package init(
        id: String? = nil, at: [Target], account: Account?, when: Condition = Condition(), why: Template, run: Template,
        prints: Template? = nil
    ) {
        self.id = id
        self.at = at
        self.account = account
        self.when = when
        self.why = why
        self.run = run
        self.prints = prints
    }

    /// Reads one entry of `tasks:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> StepTask? {
        guard let entry = node.mapping(keys: ["id", "at", "as", "when", "why", "run", "prints"]) else { return nil }
        let at = entry.required("at")?.listOrOne().compactMap { $0.filledText().map { Target($0.string) } } ?? []
        let account = Account.read(entry["as"])
        if at.contains(.workstation), at.count > 1 {
            entry["at"]?.complain("the workstation cannot be listed with machines", expected: "a task of its own")
        }
        if at == [.workstation], account != nil {
            entry["as"]?.complain("a task at the workstation runs as whoever runs lab", expected: "no 'as'")
        } else if at != [.workstation], entry["as"] == nil {
            book.note(entry.place, "the key 'as' is missing", expected: "as: root, student or an account of the platform")
        }
        if at.contains(.cluster) {
            entry["at"]?.complain("a task cannot run at 'cluster'", expected: "all, a role, a machine or workstation")
        }
        let when = entry["when"].map { Condition.read($0) } ?? Condition()
        guard let why = entry.requiredTemplate("why", book), let run = entry.requiredTemplate("run", book) else {
            return nil
        }
        return StepTask(
            id: entry["id"]?.text()?.checkedAsName(book)?.string, at: at, account: account, when: when, why: why, run: run,
            prints: entry.template("prints", book))
    }
}

/// The account on a machine that runs something: root, the student, or one that the platform declares.
package struct Account: Sendable, Hashable, Codable {
    package let name: String

    package init(_ name: String) { self.name = name }

    package static let root = Account("root")
    /// The login user of the course, whatever its name is.
    package static let student = Account("student")

    /// Reads the key `as`; that the platforms know the account is for lint to see.
    package static func read(_ node: DataNode?) -> Account? { node?.filledText().map { Account($0.string) } }

    package init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
