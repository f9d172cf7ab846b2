import Checks
import Display
import Walk

/// Verdicts of one check that are told at once, since they say the same of several machines: what is told four times hides what differs.
package struct VerdictGroup {
    /// In the order of the lab. The first speaks for all.
    private(set) var judgements: [Judgement]
    /// In what ways it can be the same as another.
    private let sameness: Set<Sameness>

    /// What makes two verdicts the same, but for their machine.
    private enum Sameness: Hashable {
        /// They wait for a check of their own machine, or of one and the same.
        case waiting(check: String, machine: String?)
        case failed(sentence: String, causes: [String])
    }

    package var first: Judgement { judgements[0] }
    package var machines: [String] { judgements.compactMap(\.subject.machine) }
    package var subjects: [Judgement.Subject] { judgements.map(\.subject) }

    /// The groups of a check's verdicts, in the order of their first ones.
    /// - Parameter changes: what has changed since they passed; such a verdict stands alone, since its change is told below it.
    package static func groups(of judgements: [Judgement], changes: [Judgement.Subject: PassMemory.Change]) -> [VerdictGroup] {
        // What several wait for is named, also to the machine that it is on.
        let shared = Set(
            judgements.compactMap { judgement -> Judgement.Subject? in
                if case .blocked(let root) = judgement.verdict, root.machine != judgement.subject.machine { root } else { nil }
            })
        return judgements.reduce(into: []) { groups, judgement in
            let group = VerdictGroup(judgement, isChanged: changes[judgement.subject]?.differences.isEmpty == false, shared)
            if let index = groups.firstIndex(where: { !$0.sameness.isDisjoint(with: group.sameness) }) {
                groups[index].judgements.append(judgement)
            } else {
                groups.append(group)
            }
        }
    }

    private init(_ judgement: Judgement, isChanged: Bool, _ shared: Set<Judgement.Subject>) {
        judgements = [judgement]
        guard let machine = judgement.subject.machine, !isChanged else {
            sameness = []
            return
        }
        switch judgement.verdict {
        case .blocked(let root):
            let isOwn = root.machine == machine && !shared.contains(root)
            sameness = [.waiting(check: root.check, machine: isOwn ? nil : root.machine ?? "")]
        case .failed(let diagnosis) where diagnosis.evidence == nil:
            // A name is a word: 'pg1' is not a part of 'pg10'.
            let all = diagnosis.brief.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let words = all.map { word in
                let name = word.trimmingPrefix { "'\"(".contains($0) }.prefix { $0.isLetter || $0.isNumber || "_-".contains($0) }
                return name == machine ? word.replacing(machine, with: "\u{0}") : word
            }
            // Where a sentence lists all machines, the machine's own name stands in the list too.
            let places = words.indices.filter { words[$0] != all[$0] }
            var once = all
            if let first = places.first { once[first] = words[first] }
            sameness = Set([words, once].map { .failed(sentence: $0.joined(separator: " "), causes: diagnosis.causes.map(\.name)) })
        default: sameness = []
        }
    }

    /// What it waits for, in words; nil if it does not wait.
    var waits: String? {
        guard case .blocked(let root) = first.verdict else { return nil }
        if judgements.count == 1 { return Explained.waits(for: root) }
        if sameness.contains(.waiting(check: root.check, machine: nil)) { return "wait for \(root.check)" }
        return "wait for \(root)"
    }
}
