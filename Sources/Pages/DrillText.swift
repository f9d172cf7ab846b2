import Checks
import Course
import Facts
import Foundation
import Journal

/// How a drill went, in sentences.
package struct DrillText {
    private let judge: Judge

    package init(judge: Judge) { self.judge = judge }

    /// Times and points; what was looked at; what would have shown the fault soonest.
    package func lines(_ account: DrillAccount, _ drill: Drill) -> [String] {
        [times(account), looked(account)].compactMap(\.self) + settled(drill, account)
    }

    private func times(_ account: DrillAccount) -> String {
        func after(_ date: Date) -> String { VerdictText.time(max(0, Int(date.timeIntervalSince(account.began)))) }
        var parts: [String] = []
        if let noticed = account.noticed { parts.append("noticed after \(after(noticed))") }
        if let last = account.named.last {
            let all = account.named.count < account.faults ? " (\(account.named.count) of \(account.faults))" : ""
            parts.append("named after \(after(last.at))\(all)")
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

    /// For each fault the first table that shows it, and the command.
    private func settled(_ drill: Drill, _ account: DrillAccount) -> [String] {
        drill.expect.compactMap { expected in
            guard let table = judge.evidence(of: expected.cause.string, in: expected.check.string).first else { return nil }
            let machine = (expected.machine ?? expected.mend)?.string
            let command = ["facts", table.name, machine].compactMap(\.self).joined(separator: " ")
            let seen = account.looked.contains { $0.split(separator: " ").contains { $0.contains(table.name) } }
            return "'\(command)' shows it at once" + (seen ? ", and you looked there." : ": \(table.about)")
        }
    }
}
