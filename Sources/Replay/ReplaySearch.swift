import Checks
import Course
import Foundation
import Journal
import Walk

extension Replay {
    /// The next moment that has a text in it, in any case of its letters; goes round at the end.
    /// - Parameter hides: whether a moment's outcome must not be found: a quiz has not asked for it yet.
    func find(_ text: String, from index: Int, forward: Bool = true, hides: (Int) -> Bool) -> Int? {
        let wanted = text.lowercased()
        guard !wanted.isEmpty, !moments.isEmpty else { return nil }
        for distance in 1...moments.count {
            let place = (index + (forward ? distance : -distance) + moments.count) % moments.count
            let hidden = hides(place)
            if texts(of: place, hidden: hidden).contains(where: { $0.lowercased().contains(wanted) }) { return place }
        }
        return nil
    }

    /// What can be found in a moment.
    private func texts(of index: Int, hidden: Bool) -> [String] {
        entries(of: moments[index]).flatMap { entry -> [String] in
            switch entry.event {
            case .step(let name): [name, lab.step(named: name)?.title.render(situation.values) ?? ""]
            case .run(let run, _, let output): [run.command, run.machine] + (hidden ? [] : [output])
            case .begin(let run): [run.command, run.machine]
            case .check(let step, let verdicts):
                [step] + verdicts.map(\.check) + (hidden ? [] : verdicts.flatMap { $0.causes.flatMap { [$0.cause, $0.because] } })
            case .note(let text): [text]
            case .drill(let name, _): [lab.drill(named: name)?.title.render(situation.values) ?? ""]
            case .diagnosis(_, let machine, let cause, _, _): [machine, cause].compactMap(\.self)
            case .opened, .facts, .passed, .hint, .solution, .looked, .drilled, .again: []
            }
        }
    }
}
