import Foundation

/// What somebody did in a drill, from its beginning on.
package struct DrillAccount: Sendable, Hashable {
    package var name: String
    package var began: Date
    /// How many faults the drill has that can be named; 1 if nobody says.
    package var faults = 1
    /// When a check first showed that something is wrong.
    package var noticed: Date?
    /// What was named rightly: machine and cause, and when.
    package var named: [Naming] = []
    /// Wrong diagnoses.
    package var wrong = 0
    /// What was looked at, in order: commands as they were typed.
    package var looked: [String] = []
    package var hints = 0
    /// How many of them came before the fault was named.
    package var hintsBefore = 0
    /// When `explain` or the solution first told what it is.
    package var told: Date?
    /// When it ended, and whether all was well then.
    package var ended: Date?
    package var isMended = false

    /// A fault that was named.
    package struct Naming: Sendable, Hashable {
        package var cause: String
        package var at: Date
    }

    package init(name: String, began: Date) {
        self.name = name
        self.began = began
    }

    /// The most that a drill is worth.
    package static let most = 100
    /// What naming the fault is worth of that, before anybody was told: the smaller part is for mending, which may be luck.
    package static let mostForNaming = 60
    /// What a wrong diagnosis takes of that. Less than half is left for whoever tries often, and not nothing.
    private static let wrongCosts = 15
    private static let leastForNaming = 15
    private static let mostForMending = 40
    private static let hintCosts = 10
    private static let leastForMending = 10
    /// The hint that says what to type: a drill has three.
    private static let tellingHint = 3

    /// Points, from 0 to ``most``.
    package var points: Int { pointsForNaming + pointsForMending }

    package var pointsForNaming: Int {
        // What was told before is not found out.
        let own = Set(named.filter { naming in told.map { naming.at <= $0 } ?? true }.map(\.cause)).count
        guard own > 0 else { return 0 }
        let whole = max(Self.leastForNaming, Self.mostForNaming - wrong * Self.wrongCosts - hintsBefore * Self.hintCosts)
        return whole * min(own, max(1, faults)) / max(1, faults)
    }

    package var pointsForMending: Int {
        guard isMended else { return 0 }
        // To be told what to type is as three hints.
        let helped = told == nil ? hints : 3
        return max(Self.leastForMending, Self.mostForMending - helped * Self.hintCosts)
    }

    /// Takes the next event of the drill into account.
    mutating func note(_ event: Event, at date: Date) {
        switch event {
        case .check(_, let verdicts):
            if noticed == nil, verdicts.contains(where: { $0.verdict == .failed }) { noticed = date }
        case .diagnosis(_, _, let cause?, let isRight, let faults):
            self.faults = max(1, faults)
            if isRight { named.append(Naming(cause: cause, at: date)) } else { wrong += 1 }
        case .looked(_, let what):
            looked.append(what)
            if told == nil, what.split(separator: " ").first == "explain" { told = date }
        case .solution: told = told ?? date
        case .hint(_, let number):
            hints = max(hints, number)
            if named.isEmpty { hintsBefore = hints }
            if hints >= Self.tellingHint { told = told ?? date }
        case .drilled(_, let isRepaired, _, _):
            ended = date
            isMended = isRepaired
        default: break
        }
    }
}

/// When a drill is worth doing again, by how it went: what was found out and mended comes back ever later, what was not soon.
package struct DrillReview: Sendable, Hashable {
    /// How it went last, and how often well in a row until then.
    package var last: DrillAccount
    package var streak: Int

    /// From here on it went well.
    private static let good = 80
    /// Below this it went badly.
    private static let poor = 50
    /// In days: after the first time that it went well, and at most.
    private static let firstInterval = 7, longestInterval = 90

    init(_ account: DrillAccount, after earlier: DrillReview?) {
        last = account
        streak = account.points >= Self.good ? (earlier?.streak ?? 0) + 1 : 0
    }

    /// After how many days it is due.
    package var interval: Int {
        if last.points < Self.poor { return 1 }
        if last.points < Self.good { return 3 }
        return min(Self.longestInterval, Self.firstInterval << min(streak - 1, 4))
    }

    /// From when on it is due.
    package var due: Date { (last.ended ?? last.began).addingTimeInterval(Double(interval) * 86400) }

    /// Why it comes back, in a few words.
    package var reason: String {
        if !last.isMended { return "given up" }
        if last.told != nil, last.pointsForNaming == 0 { return "fixed after lab had told what it was" }
        if last.named.isEmpty { return "fixed without being named" }
        if last.named.count < last.faults { return "\(last.named.count) of \(last.faults) faults named" }
        if last.wrong > 0 { return last.wrong == 1 ? "named wrongly once" : "named wrongly \(last.wrong) times" }
        if last.hints > 0 { return last.hints == 1 ? "fixed with a hint" : "fixed with \(last.hints) hints" }
        return "some time ago"
    }
}
