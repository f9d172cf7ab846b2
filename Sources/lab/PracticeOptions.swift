import ArgumentParser
import Course
import Foundation
import Practice
import Sandbox

/// The practice machines of a lab, and the states that they can be put back to.
extension CourseOptions {
    /// How the practice machines of the lab are made: of the one named, that of the machines which are there, or the only one.
    func practiceMachines(_ folders: Folders = Folders()) throws -> PracticeMachines {
        let known = labName == nil ? try shelf().allLabNames : []
        var course = self
        course.labName = labName ?? Sandbox.plan(in: folders.sandbox).map(\.lab).flatMap { known.contains($0) ? $0 : nil }
        let shelf = try course.shelf()
        let lab = try course.lab(on: shelf)
        guard let machines = try PracticeMachines.read(lab, engine: shelf.sandbox) else { throw PracticeMachines.NotThere(lab: lab.name) }
        return machines
    }

    /// The practice machines that are meant: those that are there, or as the lab describes them.
    /// - Parameter choose: makes the plan from what is described and what is there; nil: as it is there.
    func sandbox(
        _ folders: Folders = Folders(), choosing choose: ((SandboxDescription, SandboxPlan?) throws -> SandboxPlan?)? = nil
    ) throws -> Sandbox {
        let description = try practiceMachines(folders).description
        let there = Sandbox.plan(in: folders.sandbox).flatMap { $0.lab == description.lab ? $0 : nil }
        let plan = try choose?(description, there) ?? there ?? .standard(description)
        return Sandbox(plan: plan, description: description, state: folders.sandbox, cache: folders.cache)
    }

    /// States of the course on practice machines.
    func states(of sandbox: Sandbox) throws -> CourseStates {
        var course = self
        course.labName = sandbox.plan.lab
        let machines = try course.practiceMachines()
        return CourseStates(
            sandbox: sandbox, lab: try course.lab(on: course.shelf()), services: machines.services(on: sandbox.plan.platform)
        ) { [course] in
            var options = StudentOptions()
            options.course = course
            options.machinesFile = sandbox.inventory.path
            return try options.student()
        }
    }
}
