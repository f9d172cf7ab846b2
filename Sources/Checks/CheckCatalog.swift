import Course
import DataFiles
import Facts
import Foundation

/// All checks, by name, and the fact tables they rest on.
package struct CheckCatalog: Sendable, Hashable {
    package var checks: [Check]
    package var facts: FactCatalog

    package init(checks: [Check], facts: FactCatalog) {
        self.checks = checks
        self.facts = facts
        byName = Dictionary(checks.map { ($0.name, $0) }) { first, _ in first }
        tellers = Dictionary(checks.compactMap { check in check.tells.map { ($0, check.name) } }) { first, _ in first }
    }

    private let byName: [String: Check]
    private let tellers: [Check.Teller: String]

    /// The check of that name.
    package subscript(_ name: String) -> Check? { byName[name] }

    /// The check that tells something to the judge; nil where none does.
    package func telling(_ teller: Check.Teller) -> Check? { tellers[teller].flatMap { self[$0] } }

    /// The repairs that destroy something, in the order of the files.
    package var destroyingRepairs: [(check: String, cause: String, fix: Fix)] {
        checks.flatMap { check in check.causes.flatMap { cause in cause.fix.filter { $0.safe != nil }.map { (check.name, cause.name, $0) } } }
    }

    /// Reads every file of `checks/` and `checks/facts/`.
    /// - Throws: everything that is wrong with them.
    package static func load(_ folder: URL) throws(Complaints) -> CheckCatalog {
        let book = ComplaintBook()
        var facts = FactCatalog(tables: [])
        do {
            facts = try FactCatalog.load(folder.appending(path: "facts"))
        } catch {
            error.all.forEach(book.note)
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var checks: [Check] = []
        for name in names.sorted() where name.hasSuffix(".yaml") {
            guard let root = DataFile.open(folder.appending(path: name), book: book),
                let file = root.mapping(keys: ["format", "checks"])
            else { continue }
            file.checkFormat()
            checks += file.required("checks")?.list().compactMap { Check.read($0, book: book) } ?? []
        }
        for (name, uses) in Dictionary(grouping: checks, by: \.name).sorted(by: { $0.key < $1.key }) {
            for double in uses.dropFirst() {
                book.note(double.place, "the check '\(name)' stands also at \(uses[0].place)", expected: "each name once")
            }
        }
        try book.close()
        return CheckCatalog(checks: checks, facts: facts)
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
