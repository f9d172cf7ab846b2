import Facts

extension FixtureTrial.Case {
    /// What becomes untrue when machines are not reached. The less is seen, the less is said: a verdict that passed may become open and
    /// never failed, nothing else becomes passed, and no cause appears that does not hold when all machines are seen.
    /// - Parameters:
    ///   - absent: the machines that are not reached.
    ///   - full: what is judged when all are.
    package func untruths(without absent: Set<String>, _ full: [Judgement]) throws -> [String] {
        // If a way leads to another machine, what is seen through it is not among the others' facts.
        if let machine = judge.catalog.telling(.machine),
            judge.catalog.closure(of: [machine.name]).contains(where: { check in
                check.tells != .reach && full.contains { $0.subject.check == check.name && $0.verdict != .passed }
            })
        {
            return []
        }
        let reach = judge.catalog.telling(.reach)?.name
        let seen = facts.machines.map { facts in
            absent.contains(facts.machine)
                ? facts.unreached(said: "192.0.2.1 port 22 gives no answer", tables: judge.catalog.facts.tables)
                : facts
        }
        let known = Dictionary(full.map { ($0.subject, $0.verdict) }) { first, _ in first }
        let told = Set(full.flatMap(\.verdict.causeNames) + fixture.allowed)
        let without = "without \(absent.sorted().joined(separator: ", "))"
        return try judgements(seen).flatMap { judgement -> [String] in
            let before = known[judgement.subject]
            switch judgement.verdict {
            case .passed where before != .passed:
                return ["\(without), \(judgement.subject) passes, and was \(before?.word.rawValue ?? "not reported")"]
            case .failed(let diagnosis) where judgement.subject.check != reach:
                let surplus = Set(diagnosis.causes.map(\.name)).subtracting(told).sorted()
                return (before == .passed ? ["\(without), \(judgement.subject) fails, and passed"] : [])
                    + (surplus.isEmpty ? [] : ["\(without), \(judgement.subject) is reported as \(surplus.joined(separator: ", "))"])
            default: return []
            }
        }
    }
}

extension Verdict {
    fileprivate var causeNames: [String] { if case .failed(let diagnosis) = self { diagnosis.causes.map(\.name) } else { [] } }
}

extension Fixture {
    /// The causes that it says are rightly named.
    fileprivate var allowed: [String] { if case .cause(let expected, let also) = shows { also + [expected.cause.string] } else { [] } }
}
