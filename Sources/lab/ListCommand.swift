import ArgumentParser
import Course
import Display
import Foundation

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the labs and their steps.",
        discussion: """
            EXAMPLES
              lab list
              lab list --lab \(Examples.lab)
            """)

    @OptionGroup var course: CourseOptions

    func run() async throws {
        let shelf = try course.shelf()
        for name in shelf.labNames where course.labName == nil || course.labName == name {
            let lab = try Lab.load(shelf.labs.appending(path: name))
            Screen.tell("\(lab.name): \(lab.title)")
            let values = lab.exampleValues
            for (number, step) in lab.steps.enumerated() {
                let title = step.title.render(values)
                Screen.tell("  \(number + 1). \(step.name): \(title) (\(step.minutes) min)")
            }
        }
    }
}
