import Checks
import Foundation
import Walk

/// The list of all causes with what is known of their repairs: which were typed as they are printed, and what came of it. A
/// Markdown file, kept from one proof to the next: what was not tried this time stays as it was.
package struct RepairsTable {
    private struct Key: Hashable {
        var check: String
        var cause: String
    }

    private var known: [Key: String] = [:]
    static let unproved = "not proved"

    /// - Parameter text: the file as it is, or nothing.
    package init(_ text: String) {
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count == 3, cells[0] != "check" { known[Key(check: cells[0], cause: cells[1])] = cells[2] }
        }
    }

    /// Takes in what was proved; of several proofs of one cause the worst counts.
    package mutating func take(_ proofs: [DrillProof], platform: String) {
        let tried = proofs.compactMap { proof in proof.repair.map { (drill: proof.drill, repair: $0) } }
        for (key, group) in Dictionary(grouping: tried, by: { Key(check: $0.repair.subject.check, cause: $0.repair.cause.cause) }) {
            guard let one = group.first(where: { !$0.repair.isProved }) ?? group.max(by: { $0.repair.then.count < $1.repair.then.count })
            else { continue }
            known[key] = "\(one.repair.words) (\(one.drill), \(platform))"
        }
    }

    /// Every cause of the catalog, in its order.
    package func markdown(_ catalog: CheckCatalog) -> String {
        let rows = catalog.checks.flatMap { check in
            check.causes.map { cause -> (check: String, cause: String, state: String) in
                let state = known[Key(check: check.name, cause: cause.name)]
                let isDecision = cause.fix.contains { $0.decide.map { !$0.source.string.hasPrefix("{{") } ?? false }
                return (check.name, cause.name, isDecision ? "a decision for a person" : state ?? Self.unproved)
            }
        }
        func count(_ start: String) -> Int { rows.count { $0.state.hasPrefix(start) } }
        return """
            # Which repairs are proved

            Written by `lab drill --prove --repairs FILE`. *mended* means: the fault was put into real machines, \
            the repair of this cause was typed
            as it is printed, and every check passed. *not proved* means that nobody has tried it this way; \
            its query has a fixture nevertheless.

            \(rows.count) repairs: \(count("mended at once")) mended at once, \(count("mended in")) in two or three rounds, \
            \(count("a decision")) are a decision for a person, \(count("DID NOT") + count("NOT TRIED")) \
            did not mend or could not be typed, \(count(Self.unproved)) not proved.

            | check | cause | repair |
            |---|---|---|

            """ + rows.map { "| \($0.check) | \($0.cause) | \($0.state.replacing("|", with: "/")) |\n" }.joined()
    }
}
