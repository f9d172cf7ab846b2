import Course
import DataFiles
import Machines
import Walk

/// Many students, each with machines of their own: what an instructor judges at once.
package struct Class: Sendable {
    package var name: String
    package var lab: String
    /// In the order of the file.
    package var students: [ClassStudent]
    /// What was read and not used, such as hosts of an inventory that belong to no student.
    package var remarks: [String]

    /// The groups of the class, in the order in which they are met.
    package var groups: [String] { students.compactMap(\.group).uniqued }
}

/// One student of a class.
package struct ClassStudent: Sendable, Hashable {
    package var name: String
    package var group: String?
    package var inventory: Inventory
    /// Where the class file names the student.
    package var place: Place
}

/// The labs that a class file may be about: what its machines and platforms have to be.
package struct LabOutline: Sendable {
    package var name: String
    package var machines: [String]
    package var platforms: [String]

    package init(name: String, machines: [String], platforms: [String]) {
        self.name = name
        self.machines = machines
        self.platforms = platforms
    }

    package init(_ lab: Lab) { self.init(name: lab.name, machines: lab.machines.map(\.name), platforms: lab.platforms.map(\.name)) }
}

extension Class {
    /// The students of these names; all if none is named.
    /// - Throws: `UnknownName` with the nearest name.
    package func students(named names: [String], inGroups groups: [String]) throws(UnknownName) -> [ClassStudent] {
        for name in names where !students.contains(where: { $0.name == name }) {
            throw UnknownName(kind: "student", name: name, nearest: nearestName(to: name, among: students.map(\.name)))
        }
        for group in groups where !self.groups.contains(group) {
            throw UnknownName(kind: "group", name: group, nearest: nearestName(to: group, among: self.groups))
        }
        return students.filter { student in
            (names.isEmpty || names.contains(student.name)) && (groups.isEmpty || student.group.map(groups.contains) ?? false)
        }
    }

    /// A name that the class does not have.
    package struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
        package var kind: String
        package var name: String
        package var nearest: String?

        package var description: String {
            "There is no \(kind) '\(name)' in the class." + (nearest.map { " The nearest name is '\($0)'." } ?? "")
        }
    }
}
