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
              lab list --format json
            """)

    @OptionGroup var course: CourseOptions
    @OptionGroup var table: TableOptions

    func run() async throws {
        let shelf = try course.shelf()
        let labs = try shelf.labNames.filter { course.labName == nil || course.labName == $0 }.map {
            try Lab.load(shelf.labs.appending(path: $0), drills: false)
        }
        let document = LabsDocument(labs)
        try table.say(document) {
            for lab in document.labs {
                Screen.tell("\(lab.name): \(lab.title)")
                for step in lab.steps { Screen.tell("  \(step.number). \(step.name): \(step.title) (\(step.minutes) min)") }
            }
        }
    }
}
