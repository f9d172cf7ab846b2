import Facts

/// What the machines reported in one round of checks: a line of the journal that comes before the verdicts it led to.
///
/// Observations are named by their fingerprint, and one that was written down shortly before is not written again: from one
/// check to the next most of them are the same. No observation is looked for further back than ``horizon`` such lines.
package struct SeenFacts: Sendable, Hashable, Codable {
    /// How many lines of facts an observation may be away from its last use.
    package static let horizon = 16

    /// One machine in one look.
    package struct Look: Sendable, Hashable, Codable {
        package var machine: String
        package var reached: Bool
        package var said: String?
        package var asked: Double
        package var seconds: Double
        /// The fingerprints of what was observed, by table.
        package var tables: [String: String]
    }

    /// The first look at each machine.
    package var looks: [Look]
    /// The second look, for the causes, if there was one.
    package var closer: [Look]
    /// The observations that were not written down shortly before, by fingerprint.
    package var new: [String: Observation]

    /// How the lines of facts before this one are read: what they hold, by fingerprint; nil if it is not there.
    package typealias Finding = (String) -> Observation?

    /// The facts as they were, if they are found.
    package func machines(_ looks: [Look], finding: Finding) -> [MachineFacts] {
        looks.map { look in
            var facts = MachineFacts(
                machine: look.machine, reached: look.reached, said: look.said, asked: look.asked, seconds: look.seconds)
            for (table, print) in look.tables {
                facts.tables[table] = new[print] ?? finding(print) ?? .unknown(reason: "this journal no longer holds it")
            }
            return facts
        }
    }

    /// Whether each observation is what its fingerprint says: an edited one is not.
    package var isIntact: Bool { new.allSatisfy { $0.value.fingerprint == $0.key } }
}

/// Makes ``SeenFacts`` of rounds, for a journal that goes on.
package struct FactsLedger: Sendable {
    private var written: Set<String> = []
    private var count = 0

    package init() {}

    /// The next line of facts.
    package mutating func note(_ looks: [MachineFacts], closer: [MachineFacts]) -> SeenFacts {
        if count == SeenFacts.horizon { (written, count) = ([], 0) }
        count += 1
        var new: [String: Observation] = [:]
        func look(_ facts: MachineFacts) -> SeenFacts.Look {
            var tables: [String: String] = [:]
            for (table, observation) in facts.tables {
                let print = observation.fingerprint
                tables[table] = print
                if written.insert(print).inserted { new[print] = observation }
            }
            return SeenFacts.Look(
                machine: facts.machine, reached: facts.reached, said: facts.said, asked: facts.asked, seconds: facts.seconds, tables: tables
            )
        }
        let first = looks.map(look)
        let second = closer.map(look)
        return SeenFacts(looks: first, closer: second, new: new)
    }
}
