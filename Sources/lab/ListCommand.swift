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
        var labs = try shelf.labNames.filter { course.labName == nil || course.labName == $0 }.map {
            try Lab.load(shelf.labs.appending(path: $0), drills: false)
        }
        if course.labName == nil {
            for name in shelf.allLabNames.filter({ !shelf.labNames.contains($0) }) {
                do {
                    labs.append(try Lab.load(shelf.holding(name).labs.appending(path: name), drills: false))
                } catch let error as ChangedCourse {
                    Screen.remark(Cleaner.text("\(error)"))
                }
            }
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
