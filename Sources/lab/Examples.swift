import Course
import Foundation

/// Names for the examples in `--help`, from the lab that is there: of the practice machines, or else the first on the shelf.
enum Examples {
    static let names: LabExamples = {
        let shelf = try? Shelf.find(labs: nil, checks: nil)
        return LabExamples(of: shelf.flatMap { shelf in shelf.labNames.first.map { shelf.labs.appending(path: $0) } })
    }()

    /// Whether a lab of the shelf can be watched live.
    static let hasWatch = names.hasWatch

    static var lab: String { names.lab }
    static var first: String { names.machine(0) }
    static var second: String { names.machine(1) }
    static var third: String { names.machine(2) }
    static var platform: String { names.platform(0) }
    static var otherPlatform: String { names.platform(1) }
    static var early: String { names.early }
    static var middle: String { names.middle }
    static var late: String { names.late }

    /// The addresses of a class file: machines of student n in network n.
    static var addresses: [String] { names.machines.enumerated().map { "\($1): \"10.0.{{n}}.\(11 + $0)\"" } }

    /// Two columns of an example with what it does.
    static func row(_ command: String, _ what: String, indent: Int = 2, width: Int = 27) -> String {
        String(repeating: " ", count: indent) + command.padding(toLength: max(width, command.count + 2), withPad: " ", startingAt: 0) + what
    }
}
