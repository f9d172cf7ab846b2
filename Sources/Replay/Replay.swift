import Checks
import Course
import DataFiles
import Foundation
import Journal
import Synchronization

/// A recorded walk that is gone through again: the moments of its journal, and the lab by which they are shown and judged.
package final class Replay: Sendable {
    package let journal: JournalReader
    package let situation: Situation
    package let judge: Judge
    package let moments: [Moment]
    /// Whether these are not all of the journal.
    package let isPart: Bool
    /// The steps in which the walk has been, in the order in which it came to them.
    package let steps: [String]
    /// What is not as it was written, in sentences.
    package let remarks: [String]
    /// The latest moments judged: going on and back looks at the same ones.
    let judged = Mutex<[(moment: Int, outcome: Rejudgement)]>([])

    package var lab: Lab { situation.lab }

    /// Opens a journal.
    /// - Parameter part: the events to show, from 1; all without it. What was known before is known in it.
    /// - Throws: `JournalError`, `ReplayError`, and what is wrong with the lab's files.
    package init(_ url: URL, shelf: Shelf, only part: ClosedRange<Int>? = nil) throws {
        journal = try JournalReader(url)
        let finder = MomentFinder(journal.lines)
        moments =
            part.map { part in
                finder.moments.enumerated().filter { part.contains($0.offset + 1) }.map(\.element)
            } ?? finder.moments
        isPart = part != nil
        if let part, moments.count < part.count { throw ReplayError.noPart(events: finder.moments.count) }
        guard !moments.isEmpty else { throw ReplayError.empty(path: url.path) }
        guard let first = journal.lines.first(where: { $0.kind == .opened }),
            case .opened(let name, let platform, let environment, _) = try journal.entry(first).event
        else { throw ReplayError.noLab(path: url.path) }
        // The last one that has it: a walk may have begun with a lab that did not write it down.
        let settings = journal.lines.lazy.filter { $0.kind == .opened }.compactMap { [journal] line -> WalkSetting? in
            if case .opened(_, _, _, let setting) = try? journal.entry(line).event { setting } else { nil }
        }
        let setting = settings.first { _ in true }
        var remarks = Self.remarks(on: journal)
        let shelf = try shelf.holding(name)
        let lab = try Self.lab(name, setting, shelf, path: url.path, remarks: &remarks)
        guard let platform = lab.platform(named: platform) else {
            throw ReplayError.otherLab(path: url.path, why: "the lab \(name) has no platform '\(platform.prefix(40))'")
        }
        let contacts = lab.machines.map { machine in
            (machine.name, Contact(address: setting?.addresses[machine.name] ?? "", user: setting?.users[machine.name] ?? "student"))
        }
        situation = Situation(
            lab: lab, platform: platform, environment: Course.Environment(rawValue: environment) ?? .own,
            contacts: Dictionary(contacts) { first, _ in first }, ssh: setting?.ssh ?? "ssh", program: setting?.program ?? "lab")
        judge = try Judge(catalog: try CheckCatalog.load(shelf.checks, for: situation.lab), situation: situation)
        steps = finder.steps.map { [journal] index in
            if case .step(let name) = try? journal.entry(journal.lines[Int(index)]).event { name } else { "" }
        }
        self.remarks = remarks
    }

    /// The lab that a journal is about, with the student's variables if the lab still takes them.
    private static func lab(_ name: String, _ setting: WalkSetting?, _ shelf: Shelf, path: String, remarks: inout [String]) throws -> Lab {
        guard shelf.labNames.contains(name) else {
            throw ReplayError.otherLab(path: path, why: "it is for the lab '\(name.prefix(40))', which is not in \(shelf.labs.path)")
        }
        let folder = shelf.labs.appending(path: name)
        let lab = try Lab.load(folder)
        let chosen = (setting?.variables ?? [:]).filter { lab.variables[$0.key] != nil }
        guard !chosen.isEmpty else { return lab }
        let texts = chosen.mapValues { Text($0, at: Place(file: path, line: 1, column: 1)) }
        if var own = try? Lab.load(folder, choosing: Lab.Choice(variables: texts)) {
            if let variant = setting?.variant {
                let drawn = Set(own.vary.flatMap(\.variables).map(\.string))
                own.variant = Lab.Drawn(name: variant, values: own.variables.filter { drawn.contains($0.key) })
            }
            return own
        }
        remarks.append(
            "This lab no longer takes the journal's \(chosen.keys.sorted().joined(separator: ", ")); it is shown with the lab's own."
        )
        return lab
    }

    private static func remarks(on journal: JournalReader) -> [String] {
        var remarks: [String] = []
        func numbers(_ lines: [Int]) -> String {
            lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? " and \(lines.count - 5) more" : "")
        }
        let unreadable = journal.flaws.compactMap { if case .unreadable(let line) = $0 { line } else { nil } }
        if !unreadable.isEmpty {
            let (lines, are) = unreadable.count == 1 ? ("Line", "is") : ("Lines", "are")
            remarks.append("\(lines) \(numbers(unreadable)) of the journal cannot be read and \(are) left out.")
        }
        let edited = journal.flaws.compactMap { if case .edited(let line) = $0 { line } else { nil } }
        if !edited.isEmpty {
            remarks.append(
                "The journal was changed after it was written, at line \(numbers(edited)): do not rely on what it says there, "
                    + "or on what is missing before."
            )
        }
        if journal.flaws.contains(.torn) {
            remarks.append("The last line of the journal has no end: it was cut off while it was written or copied, and is left out.")
        }
        return remarks
    }

    /// The entries of a moment that can be read, without secrets: who knows who wrote the file.
    package func entries(of moment: Moment) -> [Entry] {
        moment.lines.compactMap { try? journal.entry(journal.lines[Int($0)]) }.map { Entry(at: $0.at, event: $0.event.masked) }
    }

    /// The step in which a moment is.
    package func step(of moment: Moment) -> Step? {
        let index = Int(moment.step)
        return steps.indices.contains(index) ? lab.step(named: steps[index]) : nil
    }

    /// The first moment of a step at or after another, or else from the beginning.
    package func moment(ofStep name: String, after index: Int = 0) -> Int? {
        guard let number = steps.firstIndex(of: name) else { return nil }
        func isIt(_ index: Int) -> Bool { moments[index].kind == .step && moments[index].step == number }
        return (index..<moments.count).first(where: isIt) ?? (0..<min(index, moments.count)).first(where: isIt)
    }
}

/// Why a file cannot be gone through again.
package enum ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty(path: String)
    /// It does not say which lab it is for.
    case noLab(path: String)
    /// It belongs to another lab than there is.
    case otherLab(path: String, why: String)
    /// Nothing is called so. The hint is a sentence, or empty.
    case noRecording(String, hint: String)
    /// There is nothing to replay.
    case nothing
    /// It has not so many events.
    case noPart(events: Int)

    package var description: String {
        switch self {
        case .empty(let path): "Nothing is written in this journal yet: \(path)"
        case .noLab(let path): "This journal does not say which lab it is for: its beginning is missing. The file is \(path)"
        case .noRecording(let word, let hint):
            "There is no file or recording '\(word)'.\(hint) 'lab replay --list' shows what there is."
        case .noPart(let events): "This replay has events 1 to \(events)."
        case .nothing: "You have no walk yet, and no recording comes with this lab."
        case .otherLab(let path, let why): "This journal cannot be replayed here: \(why). The file is \(path)"
        }
    }
}
