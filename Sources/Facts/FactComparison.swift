import DataFiles

/// How machines differ from what they were, or from others: each difference once, those that somebody made before what follows from them.
package struct FactComparison: Sendable {
    /// A difference, and where else it shows.
    package struct Finding: Sendable, Hashable {
        package var difference: FactDifference
        package var nature: FactTable.Nature
        /// Other tables of the machine in which the same values changed.
        package var alsoIn: [String] = []
        /// When it was seen as it was before, in seconds since 1970, if that was earlier than the rest of what is compared.
        package var seen: Double?
    }

    /// Something that could not be compared.
    package struct Gap: Sendable, Hashable {
        package var machine: String
        /// Nil for all of the machine.
        package var table: String?
        package var reason: String
    }

    /// Differences that follow from a fact that somebody made come after all of these, and logs are no difference.
    package private(set) var findings: [Finding] = []
    package private(set) var gaps: [Gap] = []
    /// How many tables were compared.
    package private(set) var tables = 0

    /// What the two sides are to each other.
    package enum Relation: Sendable, Hashable {
        /// The same machines, at two moments.
        case same
        /// Two machines of one cluster: what each has of its own is no difference.
        case sisters
        /// Machines of two clusters: what each cluster has of its own is none either.
        case elsewhere
    }

    /// A table with more rows is not compared: no table of a machine that lab looked at has as many.
    private static let mostRows = 5000

    /// Compares what is known of both sides. A table that was not known before is no gap, since there is nothing to compare it with; one of a
    /// sister, who was looked at for this, is one.
    /// - Parameters:
    ///   - pairs: the machines, before and after; nil before, if nothing is known of it.
    ///   - earlier: by machine and table, when it was seen before, if that was earlier than the rest.
    package init(
        _ pairs: [(before: MachineFacts?, after: MachineFacts)], catalog: FactCatalog, relation: Relation = .same,
        earlier: [String: [String: Double]] = [:]
    ) {
        for (before, after) in pairs {
            func gap(_ table: String?, _ reason: String) { gaps.append(Gap(machine: after.machine, table: table, reason: reason)) }
            let unreached = [relation == .sisters ? before : nil, after].compactMap(\.self).filter { !$0.reached }
            guard unreached.isEmpty else {
                gaps += unreached.map {
                    Gap(machine: $0.machine, table: nil, reason: "it was not reached: \($0.said ?? "no reason is known")")
                }
                continue
            }
            guard let before else {
                gap(nil, "nothing is known of it there")
                continue
            }
            for table in catalog.seen where table.nature != .log {
                guard case .rows(let old)? = before.tables[table.name] else {
                    if relation == .sisters, case .unknown(let reason)? = before.tables[table.name] {
                        gaps.append(Gap(machine: before.machine, table: table.name, reason: reason))
                    }
                    continue
                }
                switch after.tables[table.name] {
                case nil: continue
                case .unknown(let reason): gap(table.name, reason)
                case .rows(let new) where max(old.count, new.count) > Self.mostRows: gap(table.name, "it has too many rows")
                case .rows(let new):
                    tables += 1
                    let seen = earlier[after.machine]?[table.name]
                    for difference in FactDifference.between(old, new, of: table.without(relation), on: after.machine)
                    where relation != .sisters || !difference.isOfTheTwo(in: table) {
                        take(difference, table.nature(of: difference), seen)
                    }
                }
            }
        }
        // A table without a row any more says that its program no longer answers, which has a reason that others show.
        findings = FactTable.Nature.allCases.flatMap { nature in
            let own = findings.filter { $0.nature == nature }
            return own.filter { !$0.difference.isOfAllRows } + own.filter(\.difference.isOfAllRows)
        }
    }

    /// The words by which two sisters call themselves and each other, so that what each says of the other is the same.
    package static let itself = "(itself)", theOther = "(the other)"

    /// What somebody made and shows in several tables is told once: what a file says now, and what its program will go by at the next start.
    private mutating func take(_ difference: FactDifference, _ nature: FactTable.Nature, _ seen: Double?) {
        let same = findings.firstIndex { nature == .made && $0.nature == .made && $0.difference.tellsTheSame(as: difference) }
        guard let same else { return findings.append(Finding(difference: difference, nature: nature, seen: seen)) }
        findings[same].alsoIn.append(difference.table)
    }
}

extension FactDifference {
    fileprivate var isOfAllRows: Bool {
        switch kind {
        case .emptied, .filled: true
        case .changed, .appeared, .gone: false
        }
    }

    /// Whether another table of the same machine has the same key with the same change of a column of the same name.
    fileprivate func tellsTheSame(as other: FactDifference) -> Bool {
        guard machine == other.machine, !key.isEmpty, key == other.key, table != other.table else { return false }
        guard case .changed(let own) = kind, case .changed(let others) = other.kind else { return false }
        return others.contains(where: own.contains)
    }

    /// Of two sisters: a row about one of the two, of a table in which each cluster has values of its own. What one says of the other is
    /// not what that one says of it.
    fileprivate func isOfTheTwo(in table: FactTable) -> Bool {
        !table.elsewhere.isEmpty && [FactComparison.itself, FactComparison.theOther].contains { key.contains($0) }
    }
}

extension FactTable {
    /// Whether a difference was made, or follows from one that was.
    fileprivate func nature(of difference: FactDifference) -> Nature {
        guard case .changed(let values) = difference.kind, values.allSatisfy({ follows.contains($0.column) }) else { return nature }
        return .state
    }

    /// The table as if the columns in which such machines differ anyway moved by themselves.
    fileprivate func without(_ relation: FactComparison.Relation) -> FactTable {
        guard relation != .same else { return self }
        var table = self
        table.moving.formUnion(own.union(columns.filter { $0.identifies != nil }.map(\.name)))
        if relation == .elsewhere { table.moving.formUnion(elsewhere) }
        return table
    }
}

extension MachineFacts {
    /// The same with machines' names in the place of their addresses, so that machines elsewhere can be compared.
    /// - Parameter addresses: by name.
    package func naming(_ addresses: [String: String]) -> MachineFacts {
        replacing(Dictionary(addresses.map { ($0.value, $0.key) }) { first, _ in first })
    }

    /// The same with other words for some: whole words, of the letters, digits, `.`, `_` and `-` that names and addresses have.
    package func replacing(_ words: [String: String]) -> MachineFacts {
        guard !words.isEmpty else { return self }
        func replaced(_ text: String) -> String {
            words.keys.contains(where: text.contains) ? text.replacing(words: words, of: "._-") : text
        }
        var facts = self
        facts.tables = tables.mapValues { observation in
            guard case .rows(let rows) = observation else { return observation }
            return .rows(rows.map { row in row.map { if case .text(let text) = $0 { .text(replaced(text)) } else { $0 } } })
        }
        return facts
    }
}
