import Checks
import Course
import DataFiles
import Foundation
import Reports

/// Those of a class who are to be judged now, and what is kept of them from one run to the next.
package struct ClassRun: Sendable {
    package let members: Class
    package let plan: ClassPlan
    /// In the order of the class.
    package let students: [ClassStudent]
    package let part: Shard?
    /// Whether anybody of the class was judged before.
    package let isFirst: Bool
    private let memory: URL

    /// Which students are meant.
    package struct Choice: Sendable {
        /// All if none is named.
        package var names: [String] = []
        package var groups: [String] = []
        package var part: Shard?
        /// Only those who failed a check last time, and those who have not been judged yet.
        package var failedLastTime = false

        package init(names: [String] = [], groups: [String] = [], part: Shard? = nil, failedLastTime: Bool = false) {
            self.names = names
            self.groups = groups
            self.part = part
            self.failedLastTime = failedLastTime
        }
    }

    /// - Parameter state: the folder that keeps how far the students were last time.
    /// - Throws: `Class.UnknownName`.
    package init(_ members: Class, _ plan: ClassPlan, choosing choice: Choice, state: URL) throws(Class.UnknownName) {
        self.members = members
        self.plan = plan
        part = choice.part
        memory = LastRun.file(of: members.name, lab: members.lab, in: state)
        let last = LastRun(reading: memory)
        isFirst = last.isEmpty
        students = try members.students(named: choice.names, inGroups: choice.groups).filter { student in
            (choice.part?.contains(student.name) ?? true) && (!choice.failedLastTime || last.isOpen(student.name))
        }
    }

    /// The report of what was found until now. It is complete if everybody was judged.
    package func report(_ found: [String: StudentReport], from started: Date) -> RunReport {
        let reports = students.compactMap { found[$0.name] }
        return RunReport(
            lab: members.lab, className: members.name, started: started, finished: Date(),
            isComplete: reports.count == students.count, shard: part?.description, students: reports
        ).warningAboutSharedMachines(by: plan.checks.facts.identityMarks)
    }

    /// Keeps how far the students are now.
    package func remember(_ found: [String: StudentReport]) {
        var last = LastRun(reading: memory)
        for (name, report) in found { last.note(name, allPassed: report.step == nil) }
        // What cannot be kept is missed the next time, and not a reason to fail now.
        try? last.write(memory)
    }
}

extension Shelf {
    /// Reads a class, and what it is judged by.
    /// - Parameters:
    ///   - platform: that of machines whose entry does not name one.
    ///   - lab: the lab of a file that names none; nil: the only one there is.
    /// - Throws: `Complaints` about the class, its lab or the checks.
    package func readClass(_ file: URL, platform: String?, lab fallback: String?) throws -> (members: Class, plan: ClassPlan) {
        let fallback = fallback ?? mainLab
        var whole: Lab?
        var home = self
        var changed: ChangedCourse?
        let members: Class
        do {
            members = try Class.load(file, platform: platform) { named throws(Complaints) in
                guard let name = named ?? fallback else { return nil }
                do throws(ChangedCourse) { home = try holding(name) } catch { changed = error }
                guard changed == nil, home.labNames.contains(name) else { return nil }
                let lab = try Lab.load(home.labs.appending(path: name), drills: false)
                whole = lab
                return LabOutline(lab)
            }
        } catch {
            // That there is no such lab would be only what follows from it.
            if let changed { throw changed }
            throw error
        }
        let folder = home.labs.appending(path: members.lab)
        let lab = try whole ?? Lab.load(folder, drills: false)
        let plan = try ClassPlan(members.students.map(\.inventory), checks: try CheckCatalog.load(home.checks, for: lab)) { chosen in
            chosen.isEmpty ? lab : try Lab.load(folder, choosing: chosen, drills: false)
        }
        return (members, plan)
    }
}
