import Facts
import Journal

/// What was known of the machines at a moment.
package struct FactsThen: Sendable {
    package var looks: [MachineFacts]
    /// The second look, for the causes, if there was one.
    package var closer: [MachineFacts]
    /// Whether they are as they were written.
    package var isIntact: Bool
}

extension FactsThen {
    /// What the machines reported for some tables, as far as the tables still have the form that they had.
    package func machines(of tables: [FactTable], catalog: FactCatalog) -> [MachineFacts] {
        let names = Set(tables.map(\.name))
        return looks.map { look in
            var facts = look
            facts.tables.merge(closer.first { $0.machine == look.machine }?.tables ?? [:]) { $1 }
            facts = facts.fitting(catalog)
            facts.tables = facts.tables.filter { names.contains($0.key) }
            for name in names where facts.tables[name] == nil {
                facts.tables[name] = .unknown(reason: "this round of checks did not ask for it")
            }
            return facts
        }
    }
}

extension Replay {
    /// What was known of the machines at a moment: what the last round of checks before it has seen. Nil before the first.
    package func facts(at moment: Moment) -> FactsThen? {
        guard let line = moment.facts.map({ Int($0) }), let seen = seenFacts(line) else { return nil }
        // Observations that were written down with an earlier round; read only as far back as needed.
        var earlier: [SeenFacts] = []
        var next = line - 1
        func find(_ print: String) -> Observation? {
            for facts in earlier { if let found = facts.new[print] { return found } }
            while next >= 0, earlier.count < SeenFacts.horizon {
                defer { next -= 1 }
                guard journal.lines[next].kind == .facts, let facts = seenFacts(next) else { continue }
                earlier.append(facts)
                if let found = facts.new[print] { return found }
            }
            return nil
        }
        let looks = seen.machines(seen.looks, finding: find)
        let closer = seen.machines(seen.closer, finding: find)
        return FactsThen(looks: looks, closer: closer, isIntact: seen.isIntact && earlier.allSatisfy(\.isIntact))
    }

    private func seenFacts(_ line: Int) -> SeenFacts? {
        if case .facts(let seen) = try? journal.entry(journal.lines[line]).event { seen } else { nil }
    }
}
