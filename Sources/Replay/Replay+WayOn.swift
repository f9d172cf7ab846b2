import Course
import Facts
import Foundation
import Journal
import Walk

extension Replay {
    /// How practice machines come to be as the walk's were at a moment.
    /// - Throws: `NoWayOn`.
    package func wayOn(from index: Int, in own: Situation) throws(NoWayOn) -> WayOn {
        guard !isPart else { throw .part }
        guard own.platform.name == situation.platform.name else {
            throw .otherPlatform(walk: situation.platform.name, machines: own.platform.name)
        }
        let differing = lab.variables.keys.filter { own.lab.variables[$0] != nil && own.lab.variables[$0] != lab.variables[$0] }
        guard differing.isEmpty else { throw .otherVariables(differing.sorted()) }
        guard let last = lab.steps.last?.name else { throw .nothing }
        let begin = beginning(before: index)
        // A journal of drills has no step: its machines are those of the finished course.
        let step = moments[index].step >= 0 ? self.step(of: moments[index])?.name : last
        guard let step else { throw .nothing }
        var typed: [WayOn.Typed] = []
        var remarks: [String] = []
        var open: String?
        for moment in moments[begin...index] {
            if moment.kind == .begin { remarks.append("A command was cut off in that walk, and is not typed again.") }
            for entry in entries(of: moment) {
                switch entry.event {
                case .run(let run, let status, _):
                    if let call = courseCall(run, for: own) {
                        typed.append(.init(call: call, step: run.step, status: status, isOfCourse: true))
                    } else if let call = recordedCall(run, for: own) {
                        typed.append(.init(call: call, step: run.step, status: status, isOfCourse: false))
                    } else {
                        remarks.append(
                            "Task \(run.task) at \(run.machine) is not typed again: it ran on a workstation, or had a secret in it.")
                    }
                case .drill(let name, _):
                    // What was typed in a drill before was its own, and is gone with its fault.
                    typed.removeAll { lab.drill(named: $0.step) != nil }
                    open = name
                case .drilled:
                    typed.removeAll { lab.drill(named: $0.step) != nil }
                    open = nil
                default: break
                }
            }
        }
        let drill = open.flatMap(lab.drill(named:))
        if open != nil, drill == nil { remarks.append("This lab no longer has the drill that was open: its fault is not put in.") }
        return WayOn(step: step, typed: typed, drill: drill, then: former(at: index), remarks: remarks.uniqued)
    }

    /// Why machines cannot come to be as they were.
    package enum NoWayOn: Error, Sendable, Hashable, CustomStringConvertible {
        case otherPlatform(walk: String, machines: String)
        case otherVariables([String])
        case nothing
        /// Only some of its events are there.
        case part

        package var description: String {
            switch self {
            case .otherPlatform(let walk, let machines):
                "That walk is of \(walk), and the practice machines are \(machines). "
                    + "'lab sandbox down' and 'lab sandbox up --platform \(walk)' make others."
            case .otherVariables(let names): "That walk has other values for \(names.joined(separator: ", ")) than the practice machines."
            case .part: "This is a part of a walk, and what was typed before it counts too. Open the walk without --cut."
            case .nothing: "At that point the walk has not come to a step of this lab."
            }
        }
    }

    /// The moment from which on the machines were those of the step's start: when the step was first come to, or the machines were put back.
    private func beginning(before index: Int) -> Int {
        let step = moments[index].step
        let putBack = moments[...index].lastIndex { $0.kind == .again }
        let first = moments[...index].firstIndex { $0.step == step } ?? 0
        return max(putBack ?? 0, first)
    }

    private func former(at index: Int) -> FormerFacts? {
        guard let facts = facts(at: moments[index]) else { return nil }
        let at = Date(timeIntervalSince1970: Double(moments[index].at))
        return FormerFacts(
            what: "Compared with event \(index + 1) of that walk", at: at, machines: facts.looks,
            addresses: situation.contacts.mapValues(\.address), isElsewhere: true, isIntact: facts.isIntact)
    }

    /// The course's own task, with the values of these machines, if the run was that.
    private func courseCall(_ run: TaskRun, for own: Situation) -> TaskCall? {
        guard let task = call(of: run), SecretMask.mask(task.command).text == run.command else { return nil }
        let calls =
            lab.step(named: run.step).map(own.calls(of:)) ?? lab.drill(named: run.step).map { own.calls(of: $0.repair) } ?? []
        return calls.first { $0.number == run.task && $0.place == run.machine }
    }

    /// The words of the journal, with the student's addresses. Nobody's words run on the workstation.
    /// - Returns: nil if the journal hides a part of it.
    private func recordedCall(_ run: TaskRun, for own: Situation) -> TaskCall? {
        guard !run.command.contains(SecretMask.mark), own.lab.machine(named: run.machine) != nil else { return nil }
        let addresses = situation.contacts.compactMap { name, contact in
            own.contacts[name].map { (contact.address, $0.address) }
        }
        let command = run.command.replacing(words: Dictionary(addresses) { first, _ in first }, of: "._-")
        let account = run.account.map { Account($0) }
        return TaskCall(
            number: run.task, place: run.machine, account: account, become: account.flatMap { own.platform[$0]?.become },
            why: "",
            command: command)
    }
}
