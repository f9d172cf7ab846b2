import DataFiles
import Foundation

/// A course unit: a folder under `labs/` with its steps and platforms.
package struct Lab: Sendable, Hashable {
    package var name: String
    package var title: String
    /// CommonMark: what the lab is about.
    package var about: String
    package var variables: [String: String]
    /// The lab of the same shelf that comes before it: where nobody names a lab, the first one is meant.
    package var follows: Text?
    /// The libraries of checks that it uses.
    package var uses: [Text] = []
    /// What its machines can be, in the order of `lab.yaml`.
    package var roles: [Role] = []
    /// In the order of `lab.yaml`, which is the order everywhere.
    package var machines: [Machine]
    /// The addresses that the course plans for its machines, by environment and name: what texts say until a student has machines.
    package var addresses: [Environment: [String: String]] = [:]
    package var platforms: [Platform]
    /// In the order of the course.
    package var steps: [Step]
    /// By difficulty, then by title: in the order of the list. None if they were not to be read.
    package var drills: [Drill] = []
    /// What the map shows of each machine, in this order.
    package var map: [MapRow] = []
    /// What steps are worth, by name, if the lab says so.
    package var grading: [String: Grading] = [:]
    /// The names of its recorded walks, in `recordings/`; the first one is shown if nobody says which.
    package var recordings: [Text] = []
    /// What may differ from student to student, in the order of `lab.yaml`.
    package var vary: [Variation] = []
    /// The student's own values, if this is the lab of a variant.
    package var variant: Drawn?
    /// What may be chosen for its variables.
    var rules = LabVariables()
    /// What can be watched live on its machines.
    package var watch: Watch?
    /// What `why` tells.
    package var why: Why?
    /// The words of its subject, each with the step that explains it.
    package var terms: [Term] = []
    /// The folder it was read from.
    package var folder: URL

    /// What a student has instead of the lab's own values.
    package struct Choice: Sendable, Hashable {
        /// Said explicitly: this goes before what is drawn.
        package var variables: [String: Text]
        package var variant: Variant?

        /// Signs in the place of values, to see where these are shown: they need not fit.
        var signs: [String: String] = [:]

        package init(variables: [String: Text] = [:], variant: Variant? = nil) {
            self.variables = variables
            self.variant = variant
        }

        /// - Parameter signs: by the name of the variable.
        init(signs: [String: String]) {
            self.init()
            self.signs = signs
        }

        /// Whether everything is as the lab says.
        package var isEmpty: Bool { variables.isEmpty && variant == nil }
    }

    /// A variant, and what was drawn for it.
    package struct Drawn: Sendable, Hashable {
        package var name: String
        /// By the name of the variable; without those that were said explicitly.
        package var values: [String: String]

        package init(name: String, values: [String: String]) {
            self.name = name
            self.values = values
        }
    }

    /// Something that lab can show live, in a room of its own.
    package enum Watch: String, Sendable, CaseIterable { case failover }

    /// The check whose chronicle `why` tells, and the step from which on there is something to tell.
    package struct Why: Sendable, Hashable {
        package var check: Text
        package var from: Text

        static func read(_ node: DataNode) -> Why? {
            guard let entry = node.mapping(keys: ["check", "from"]), let check = entry.requiredText("check"),
                let from = entry.requiredText("from")
            else { return nil }
            return Why(check: check, from: from)
        }
    }

    /// One line of the map: a query over the facts of `this` machine that gives one text.
    package struct MapRow: Sendable, Hashable {
        package var title: String
        package var sql: Text
    }

    /// The step of that name.
    package func step(named name: String) -> Step? { steps.first { $0.name == name } }
    /// The step of that name, or with that number in the course, from 1.
    package func step(called word: String) -> Step? { step(named: word) ?? Int(word).flatMap(steps.numbered) }
    /// The drill of that name.
    package func drill(named name: String) -> Drill? { drills.first { $0.name == name } }
    /// The number of a drill in the list, from 1. Students choose drills by number, since a name gives the fault away.
    package func number(of drill: Drill) -> Int { (drills.firstIndex { $0.name == drill.name } ?? -1) + 1 }
    /// Where in the course a step is, from 0.
    package func position(of step: String) -> Int? { steps.firstIndex { $0.name == step } }
    /// The platform of that name.
    package func platform(named name: String) -> Platform? { platforms.first { $0.name == name } }
    /// The machine of that name.
    package func machine(named name: String) -> Machine? { machines.first { $0.name == name } }

    /// The checks that hold for a student who is at `step`: of every step up to it, less those whose `until` has come.
    ///
    /// A student at `failover` is not judged by a check that says `until: failover`.
    package func checksInForce(at step: String) -> [(step: Step, check: StepCheck)] {
        guard let here = position(of: step) else { return [] }
        return steps[...here].flatMap { step in
            step.checks.filter { check in
                guard let until = check.until, let end = position(of: until.string) else { return true }
                return here < end
            }.map { (step, $0) }
        }
    }

    /// What is asked of a student who is at a step: ``checksInForce(at:)``. Nil: at the end of the course.
    package func asked(upTo step: String? = nil) -> [Asked] {
        checksInForce(at: step ?? steps.last?.name ?? "").map { Asked(step: $0.step.name, check: $0.check.name.string) }
    }

    /// Reads a lab. What its files say of each other is not compared: ``lint()`` does that, and no start of the program.
    /// - Parameters:
    ///   - choice: what a student has instead of the lab's own values.
    ///   - drills: whether to read them as well. There are as many files of them as of all else, and few commands ask for one.
    /// - Throws: everything that is wrong with one of the files read, and choices that the lab does not have.
    package static func load(_ folder: URL, choosing choice: Choice = Choice(), drills: Bool = true) throws(Complaints) -> Lab {
        let book = ComplaintBook()
        let lab = LabReader(folder: folder, choice: choice, readsDrills: drills, book: book).read()
        try book.close()
        guard let lab else { throw Complaints([]) }
        return lab
    }
}
