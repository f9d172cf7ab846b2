import Course
import DataFiles
import Facts
import Foundation

/// All checks, by name, and the fact tables they depend on.
package struct CheckCatalog: Sendable, Hashable {
    package var checks: [Check]
    package var facts: FactCatalog
    /// Where they come from, each after those that it needs.
    package var libraries: [CheckLibrary]
    /// The names of further checks in these libraries, which nobody is going to ask.
    var unread: Set<String> = []

    package init(checks: [Check], facts: FactCatalog, libraries: [CheckLibrary] = []) {
        self.checks = checks
        self.facts = facts
        self.libraries = libraries
        byName = Dictionary(checks.map { ($0.name, $0) }) { first, _ in first }
        tellers = Dictionary(checks.compactMap { check in check.tells.map { ($0, check.name) } }) { first, _ in first }
    }

    private let byName: [String: Check]
    private let tellers: [Check.Teller: String]

    /// What a command destroys, by the words that its libraries know; nil if nothing is recognised.
    package func harm(in command: String) -> Harm? { Harm(in: command, by: Harm.general + libraries.flatMap(\.harms)) }

    /// The check of that name.
    package subscript(_ name: String) -> Check? { byName[name] }

    /// The check that tells something to the judge; nil if none does.
    package func telling(_ teller: Check.Teller) -> Check? { tellers[teller].flatMap { self[$0] } }

    /// The repairs that destroy something, in the order of the files.
    package var destroyingRepairs: [(check: String, cause: String, fix: Fix)] {
        checks.flatMap { check in check.causes.flatMap { cause in cause.fix.filter { $0.safe != nil }.map { (check.name, cause.name, $0) } }
        }
    }

    /// Reads what a lab uses of its libraries and of those that they need: the checks of its steps and drills, those that these need, those
    /// that tell something to the judge, and the tables that all of them read. Of a library that they know and the lab does not use there
    /// are its tables, without rows.
    /// - Parameters:
    ///   - folder: `checks/`.
    ///   - asked: the checks that will be asked, instead of all of the lab.
    /// - Throws: everything that is wrong with what is read.
    package static func load(_ folder: URL, for lab: Lab, asked: [Asked]? = nil) throws(Complaints) -> CheckCatalog {
        let named =
            asked?.map(\.check) ?? lab.steps.flatMap { $0.checks.map(\.name.string) } + lab.drills.flatMap { $0.expect.map(\.check.string) }
        let all = try load(folder, libraries: lab.uses, asked: named + [lab.why?.check.string].compactMap(\.self))
        let facts = all.facts.used(by: all.checks.flatMap(\.queries) + lab.map.map(\.sql.string), roles: lab.roles)
        var used = CheckCatalog(checks: all.checks, facts: facts, libraries: all.libraries)
        used.unread = all.unread
        return used
    }

    /// Reads libraries by name, and those that they need.
    /// - Parameter asked: the checks to read, with those that they need and those that tell something to the judge; nil: all.
    /// - Throws: everything that is wrong with what is read.
    package static func load(_ folder: URL, libraries names: [Text], asked: [String]? = nil) throws(Complaints) -> CheckCatalog {
        let shelf = try LibraryShelf.load(folder)
        let missing = names.filter { shelf[$0.string] == nil }
        guard missing.isEmpty else { throw Complaints(missing.map(shelf.noLibrary)) }
        return try load(shelf.closure(of: names), of: shelf, asked: asked)
    }

    /// Reads libraries, in this order.
    /// - Parameter asked: as in ``load(_:libraries:asked:)``.
    static func load(_ libraries: [CheckLibrary], of shelf: LibraryShelf, asked: [String]? = nil) throws(Complaints) -> CheckCatalog {
        let book = ComplaintBook()
        let names = Set(libraries.map(\.name))
        let known = libraries.flatMap(\.knows).map(\.string).uniqued.filter { !names.contains($0) }.compactMap { shelf[$0] }
        var facts = FactCatalog(tables: [])
        do {
            facts = try FactCatalog.load(libraries.map(\.facts), absent: known.map(\.facts))
        } catch {
            error.all.forEach(book.note)
        }
        let entries = libraries.flatMap { $0.entries(book) }
        var checks = (asked.map(entries.closure(of:)) ?? entries).compactMap { $0.read(book) }
        let elsewhere = Set(known.flatMap { $0.entries(book) }.compactMap(\.name))
        for index in checks.indices { checks[index].needs.removeAll { elsewhere.contains($0.check.string) } }
        for (name, uses) in Dictionary(grouping: checks, by: \.name).sorted(by: { $0.key < $1.key }) {
            for double in uses.dropFirst() {
                book.note(double.place, "the check '\(name)' is already defined at \(uses[0].place)", expected: "each name once")
            }
        }
        try book.close()
        var catalog = CheckCatalog(checks: checks, facts: facts, libraries: libraries)
        catalog.unread = Set(entries.compactMap(\.name)).subtracting(checks.map(\.name))
        return catalog
    }

    /// These checks and all that they need, directly or not.
    package func closure(of names: [String]) -> [Check] {
        var found: [Check] = []
        var waiting = names
        while let name = waiting.popLast() {
            guard let check = self[name], !found.contains(where: { $0.name == name }) else { continue }
            found.append(check)
            waiting += check.needs.map(\.check.string)
        }
        return found
    }
}
