import Journal

/// One event as a replay shows it: an entry of the journal, or several that belong together.
package struct Moment: Sendable, Hashable {
    /// What it is about. Facts, passing and looking at something are no moments of their own; `begin` is a task that was begun and whose end nobody wrote down, and
    /// `other` a line that is not an entry.
    package var kind: Event.Kind
    /// Where its entries are among the lines of the journal.
    var lines: [Int32]
    /// The line of the facts that were known then.
    var facts: Int32?
    /// The step the student was in: its place among the journal's steps; -1 before the first.
    var step: Int32
    /// In seconds since 1970.
    package var at: Int
}

/// Makes moments of a journal's lines, in one pass and without decoding them.
struct MomentFinder {
    private(set) var moments: [Moment] = []
    /// A line of each step in which the journal has been.
    private(set) var steps: [Int32] = []

    private var stepNumbers: [UInt32: Int32] = [:]
    private var step: Int32 = -1
    private var facts: Int32?
    /// Tasks that were begun and whose end has not come yet.
    private var begun: [Int32] = []
    /// What ran last, for the next machine of the same task.
    private var lastRun: (subject: UInt32, places: Set<UInt32>)?
    /// The facts that the last check was judged from.
    private var checkedFrom: Int32?

    init(_ lines: [JournalReader.Line]) {
        moments.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() { take(Int32(index), line) }
        endBegun(lines)
    }

    private mutating func take(_ index: Int32, _ line: JournalReader.Line) {
        switch line.kind {
        case .facts:
            facts = index
            return
        case .begin:
            begun.append(index)
            return
        case .passed, .looked: return
        case .run:
            if !begun.isEmpty { begun.removeFirst() }
            let isNext = lastRun.map { $0.subject == line.subject && !$0.places.contains(line.place) } ?? false
            if isNext, moments.last?.kind == .run {
                moments[moments.count - 1].lines.append(index)
                lastRun?.places.insert(line.place)
            } else {
                add(.run, index, line)
                lastRun = (line.subject, [line.place])
            }
            return
        case .check:
            if facts != nil, checkedFrom == facts, moments.last?.kind == .check {
                moments[moments.count - 1].lines.append(index)
            } else {
                add(.check, index, line)
                checkedFrom = facts
            }
        case .step:
            if let number = stepNumbers[line.subject] {
                step = number
            } else {
                step = Int32(steps.count)
                stepNumbers[line.subject] = step
                steps.append(index)
            }
            add(.step, index, line)
        case .opened, .hint, .solution, .drill, .diagnosis, .drilled, .again, .note, .other: add(line.kind, index, line)
        }
    }

    private mutating func add(_ kind: Event.Kind, _ index: Int32, _ line: JournalReader.Line) {
        // A task that did not end before something else came was cut off.
        if kind != .run, let cut = begun.last {
            moments.append(Moment(kind: .begin, lines: [cut], facts: facts, step: step, at: line.at))
            begun = []
        }
        moments.append(Moment(kind: kind, lines: [index], facts: facts, step: step, at: line.at))
    }

    private mutating func endBegun(_ lines: [JournalReader.Line]) {
        guard let cut = begun.last else { return }
        moments.append(Moment(kind: .begin, lines: [cut], facts: facts, step: step, at: lines[Int(cut)].at))
    }
}
