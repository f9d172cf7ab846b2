import Checks
import Display
import Walk

/// Verdicts of one check that are told at once, since they say the same of several machines: what is told four times hides what differs.
struct VerdictGroup {
    /// In the order of the lab. The first speaks for all.
    private(set) var judgements: [Judgement]
    private let sameness: Sameness?

    /// What makes two verdicts the same, but for their machine.
    private enum Sameness: Hashable {
        /// They wait for a check of their own machine, or of one and the same.
        case waiting(check: String, machine: String?)
        case failed(sentence: String, causes: [String])
    }

    var first: Judgement { judgements[0] }
    var machines: [String] { judgements.compactMap(\.subject.machine) }

    /// The groups of a check's verdicts, in the order of their first ones.
    /// - Parameter changes: what has changed since they passed; such a verdict stands alone, since its change is told below it.
    static func groups(of judgements: [Judgement], changes: [Judgement.Subject: PassMemory.Change]) -> [VerdictGroup] {
        judgements.reduce(into: []) { groups, judgement in
            let group = VerdictGroup(judgement, isChanged: changes[judgement.subject]?.differences.isEmpty == false)
            if let sameness = group.sameness, let index = groups.firstIndex(where: { $0.sameness == sameness }) {
                groups[index].judgements.append(judgement)
            } else {
                groups.append(group)
            }
        }
    }

    private init(_ judgement: Judgement, isChanged: Bool) {
        judgements = [judgement]
        guard let machine = judgement.subject.machine, !isChanged else {
            sameness = nil
            return
        }
        switch judgement.verdict {
        case .blocked(let root):
            sameness = .waiting(check: root.check, machine: root.machine == machine ? nil : root.machine ?? "")
        case .failed(let diagnosis) where diagnosis.evidence == nil:
            // A name is a word: 'pg1' is not a part of 'pg10'.
            let words = diagnosis.brief.split(separator: " ", omittingEmptySubsequences: false).map(String.init).map { word in
                let name = word.trimmingPrefix { "'\"(".contains($0) }.prefix { $0.isLetter || $0.isNumber || "_-".contains($0) }
                return name == machine ? word.replacing(machine, with: "\u{0}") : word
            }
            sameness = .failed(sentence: words.joined(separator: " "), causes: diagnosis.causes.map(\.name))
        default: sameness = nil
        }
    }

    /// What it waits for, in words; nil if it does not wait.
    var waits: String? {
        guard case .blocked(let root) = first.verdict else { return nil }
        if judgements.count == 1 { return Explained.waits(for: root) }
        return root.machine == first.subject.machine ? "wait for \(root.check)" : "wait for \(root)"
    }
}
