import Checks
import Course
import Facts
import Foundation
import Journal

/// How a drill went, in sentences.
package struct DrillText {
    private let judge: Judge

    package init(judge: Judge) { self.judge = judge }

    /// Times and points; what was looked at; by what lab recognises the fault.
    package func lines(_ account: DrillAccount, _ drill: Drill) -> [String] {
        [times(account), looked(account)].compactMap(\.self) + settled(drill, account)
    }

    private func times(_ account: DrillAccount) -> String {
        func after(_ date: Date) -> String { VerdictText.time(max(0, Int(date.timeIntervalSince(account.began)))) }
        var parts: [String] = []
        if let noticed = account.noticed { parts.append("noticed after \(after(noticed))") }
        if let last = account.named.last {
            let all = account.named.count < account.faults ? " (\(account.named.count) of \(account.faults))" : ""
            let told = account.told.map { $0 < last.at } ?? false
            parts.append("named after \(after(last.at))\(all)\(told ? ", when lab had told it" : "")")
        } else {
            parts.append("never named")
        }
        if account.wrong > 0 { parts.append(account.wrong == 1 ? "one wrong diagnosis" : "\(account.wrong) wrong diagnoses") }
        if let ended = account.ended, account.isMended { parts.append("repaired after \(after(ended))") }
        return "\(account.points) of \(DrillAccount.most) points: \(account.pointsForNaming) for naming it, "
            + "\(account.pointsForMending) for repairing it; \(parts.joined(separator: ", "))."
    }

    private func looked(_ account: DrillAccount) -> String? {
        guard !account.looked.isEmpty else { return nil }
        var counts: [(what: String, times: Int)] = []
        for look in account.looked {
            if let index = counts.firstIndex(where: { $0.what == look }) { counts[index].times += 1 } else { counts.append((look, 1)) }
        }
        let shown = counts.prefix(6).map { $0.times == 1 ? "'\($0.what)'" : "'\($0.what)' \($0.times) times" }
        return "You looked at: \(shown.joined(separator: ", "))"
            + (counts.count > shown.count ? " and \(counts.count - shown.count) more." : ".")
    }

    /// For each fault the tables by which lab recognises it.
    private func settled(_ drill: Drill, _ account: DrillAccount) -> [String] {
        drill.expect.compactMap { expected in
            let tables = judge.evidence(of: expected.cause.string, in: expected.check.string).prefix(Self.mostTables)
            guard !tables.isEmpty else { return nil }
            let machine = (expected.machine ?? expected.mend)?.string
            let commands = tables.map { table in "'\(["facts", table.name, machine].compactMap(\.self).joined(separator: " "))'" }
            let seen = tables.contains { table in account.looked.contains { $0.words.contains { $0 == table.name } } }
            return "lab recognises \(expected.cause) by \(commands.joined(separator: " and "))" + (seen ? ", and you looked there." : ".")
        }
    }

    /// Most causes need no more.
    private static let mostTables = 3
}

extension String {
    /// Names in a command or a query.
    fileprivate var words: [Substring] { split { !($0.isLetter || $0.isNumber || $0 == "_") } }
}
