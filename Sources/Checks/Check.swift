import Course
import DataFiles
import Facts

/// Something that must hold, judged from facts. The format is in docs/writing-checks.md.
package struct Check: Sendable, Hashable {
    package var name: String
    package var place: Place
    /// The expectation, as a sentence.
    package var title: Template
    /// The library that it is of.
    package var library = ""
    /// The machines that get a verdict each, or the cluster.
    package var at: [Target]
    package var needs: [Need]
    /// How long to look again before a failure is reported, in seconds.
    package var settle: Int
    /// What it can say if other machines were not reached.
    package var among: Among
    /// What other verdicts and repairs take from it, if anything.
    package var tells: Teller?
    /// An SQL condition: if it holds, the time of this check is over and nothing is judged, whatever step somebody reads.
    package var over: Text?
    /// Why a student should care.
    package var why: Template
    /// An SQL condition over the facts.
    package var pass: Text
    /// In the order in which they are considered.
    package var causes: [Cause]
    /// Under what its repairs are printed at all; nil means always.
    package var repairs: Repairs?
    /// A query whose rows are shown when no cause holds.
    package var unexplained: Text?
    /// How its state came about, if it can tell.
    package var chronicle: Chronicle?

    /// What a check can say if machines whose facts it reads were not reached. What it cannot say waits for those machines.
    package enum Among: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case all
        /// That it fails: what contradicts it is seen among those reached. That it passes takes all.
        case reached
        /// That it passes: one machine on which it is seen is enough. That it fails takes all.
        case any
        /// What its condition says: NULL is open.
        case known
    }

    /// What the judge itself asks a check for.
    package enum Teller: String, Sendable, Hashable, CaseIterable {
        /// Whether a machine was reached: whatever depends on the facts of one that was not waits for this.
        case reach
        /// Whether a machine is the one that it is taken for: while that is open, no repair that destroys is printed for it.
        case machine
    }

    /// A check that must have passed first.
    package struct Need: Sendable, Hashable {
        package var check: Text
        /// Whose verdicts count; nil means the same machine's.
        package var at: Target?
    }

    /// Everything in it that is asked of the facts, in SQL.
    var queries: [String] {
        let own = [pass, over, repairs?.safe, unexplained].compactMap(\.self) + (chronicle?.queries.map(\.sql) ?? [])
        return (own + causes.flatMap { [$0.when] + $0.fix.compactMap(\.safe) }).map(\.string)
    }

    /// What holds for the repairs of all causes of a check.
    package struct Repairs: Sendable, Hashable {
        /// An SQL condition over the facts of the machines reached: only if it is known to hold is a repair printed.
        package var safe: Text
        /// A sentence instead of the repairs, if it does not.
        package var otherwise: Template

        static func read(_ node: DataNode, book: ComplaintBook) -> Repairs? {
            guard let entry = node.mapping(keys: ["safe", "otherwise"]) else { return nil }
            guard let safe = entry.requiredText("safe"), let otherwise = entry.requiredTemplate("otherwise", book) else { return nil }
            return Repairs(safe: safe, otherwise: otherwise)
        }
    }

    /// Reads one entry of `checks:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> Check? {
        let keys = [
            "check", "title", "at", "needs", "settle", "among", "tells", "over", "why", "pass", "see", "repairs", "causes", "unexplained",
            "chronicle",
        ]
        guard let entry = node.mapping(keys: keys) else { return nil }
        let name = entry.requiredName("check")
        let title = entry.requiredTemplate("title", book)
        let at = entry.required("at")?.listOrOne().compactMap { $0.filledText() } ?? []
        let needs = entry["needs"]?.list().compactMap { readNeed($0) } ?? []
        let why = entry.requiredTemplate("why", book)
        let pass = entry.requiredText("pass")
        // What shows one cause of a check often shows all of them.
        let see = entry["see"].flatMap { Fix.read($0, book: book) }
        let causes = (entry["causes"]?.list().compactMap { Cause.read($0, book: book) } ?? []).map { cause in
            var cause = cause
            cause.see = cause.see ?? see
            return cause
        }
        let among: Among? = entry["among"] == nil ? .all : entry.word("among")
        let tells: Teller? = entry["tells"] == nil ? nil : entry.word("tells")
        for at in at where Target(at.string) == .workstation {
            book.note(at.place, "a check is about machines", expected: "all, cluster, a role or a machine")
        }
        guard let name, let title, let why, let pass else { return nil }
        return Check(
            name: name.string, place: name.place, title: title, at: at.map { Target($0.string) }, needs: needs,
            settle: entry["settle"].flatMap { Seconds.read($0, in: 1...120) } ?? 0, among: among ?? .all, tells: tells,
            over: entry["over"]?.filledText(), why: why, pass: pass, causes: causes,
            repairs: entry["repairs"].flatMap { Repairs.read($0, book: book) }, unexplained: entry["unexplained"]?.filledText(),
            chronicle: entry["chronicle"].flatMap { Chronicle.read($0, book: book) })
    }

    private static func readNeed(_ node: DataNode) -> Need? {
        guard node.isMapping else { return node.text().map { Need(check: $0, at: nil) } }
        guard let entry = node.mapping(keys: ["check", "at"]), let check = entry.requiredText("check") else { return nil }
        return Need(check: check, at: entry["at"]?.text().map { Target($0.string) })
    }
}

/// A reason why a check fails, recognised from evidence.
package struct Cause: Sendable, Hashable {
    package var name: String
    package var place: Place
    /// Holds when this query returns a row, whose columns `because` and `fix` may quote.
    package var when: Text
    package var certainty: Certainty
    /// What it is and how it comes about, for the handbook. It may quote the lab's values, and no evidence.
    package var about: Template?
    /// A command that shows it.
    package var see: Fix?
    /// The machine to fix, if it is not the one judged.
    package var at: Template?
    /// The fact, as a sentence.
    package var because: Template
    /// The advice.
    package var fix: [Fix]
    /// If it holds, the causes after it are not asked: their repairs would do harm in this state.
    package var alone: Bool
    /// Where the course taught it.
    package var step: Text?
    package var read: [Reading]

    /// How sure a cause is when it holds.
    package enum Certainty: String, Sendable, Hashable, CaseIterable, Codable {
        /// This state alone makes success impossible.
        case certain
        case likely
    }

    static func read(_ node: DataNode, book: ComplaintBook) -> Cause? {
        let keys = ["cause", "about", "when", "certainty", "at", "because", "see", "fix", "alone", "step", "read"]
        guard let entry = node.mapping(keys: keys) else { return nil }
        let name = entry.requiredName("cause")
        let when = entry.requiredText("when")
        let certainty: Certainty? = entry.word("certainty")
        let because = entry.requiredTemplate("because", book)
        let fix = entry.required("fix")?.list().compactMap { Fix.read($0, book: book) } ?? []
        guard let name, let when, let certainty, let because else { return nil }
        return Cause(
            name: name.string, place: name.place, when: when, certainty: certainty, about: entry.template("about", book),
            see: entry["see"].flatMap { Fix.read($0, book: book) }, at: entry.template("at", book), because: because, fix: fix,
            alone: entry["alone"]?.bool() ?? false, step: entry["step"]?.filledText(), read: entry["read"]?.readings(book) ?? [])
    }
}

/// Commands that fix something, for the student to type.
package struct Fix: Sendable, Hashable {
    /// A machine, `this`, a role or `workstation`; or a template that gives a machine.
    package var at: Template
    package var account: Account?
    /// Not used if a ``task`` takes its place.
    package var run: Template
    package var why: Template?
    /// What is lost by it, in words that go after "This costs".
    package var lost: Template?
    /// An SQL condition over the facts and over `found`, the row of the cause's query: only if it holds is the repair printed.
    package var safe: Text?
    /// What a person has to decide, if no command can know it; `run` is then what helps to decide, or what does one of the things.
    /// If it says nothing, there is nothing to decide.
    package var decide: Template?
    /// A task of a step whose commands are to be typed, instead of commands of its own.
    package var task: TaskName?

    /// A task of a step by its id: the first of these that applies on the platform.
    package struct TaskName: Sendable, Hashable {
        package var step: Text
        package var ids: [Text]
    }

    /// Comes before what has to be decided, in every text.
    package static let decision = "This is up to you:"

    static func read(_ node: DataNode, book: ComplaintBook) -> Fix? {
        guard let entry = node.mapping(keys: ["at", "as", "run", "task", "why", "lost", "safe", "decide"]) else { return nil }
        let account = Account.read(entry["as"])
        let task = entry["task"].flatMap { readTask($0) }
        let own = task == nil ? entry.requiredTemplate("run", book) : nil
        if let both = entry["run"], task != nil { both.complain("a repair has commands of its own or a task's", expected: "run: or task:") }
        guard let at = entry.requiredTemplate("at", book), let run = own ?? (task == nil ? nil : at) else { return nil }
        if account == nil, !at.source.string.isWorkstation {
            book.note(entry.place, "the key 'as' is missing", expected: "as: root, student or an account of the platform")
        }
        if (entry["lost"] == nil) != (entry["safe"] == nil) {
            book.note(
                entry.place, "a repair that destroys says what is lost and when it is safe", expected: "both keys, 'lost' and 'safe'")
        }
        return Fix(
            at: at, account: account, run: run, why: entry.template("why", book), lost: entry.template("lost", book),
            safe: entry["safe"]?.filledText(), decide: entry.template("decide", book), task: task)
    }

    private static func readTask(_ node: DataNode) -> TaskName? {
        guard let entry = node.mapping(keys: ["step", "id"]), let step = entry.requiredText("step") else { return nil }
        return TaskName(step: step, ids: entry.required("id")?.listOrOne().compactMap { $0.filledText() } ?? [])
    }
}
