import Course
import DataFiles

/// Many students, each with machines of their own: what an instructor judges at once.
public struct Class: Sendable {
    public var name: String
    public var lab: String
    /// In the order of the file.
    public var students: [ClassStudent]
    /// What was read and not used, such as hosts of an inventory that belong to no student.
    public var remarks: [String]

    /// The groups of the class, in the order in which they are met.
    public var groups: [String] {
        var seen: Set<String> = []
        return students.compactMap(\.group).filter { seen.insert($0).inserted }
    }
}

/// One student of a class.
public struct ClassStudent: Sendable, Hashable {
    public var name: String
    public var group: String?
    public var inventory: Inventory
    /// Where the class file names the student.
    public var place: Place
}

/// The labs that a class file may be about: what its machines and platforms have to be.
public struct LabOutline: Sendable {
    public var name: String
    public var machines: [String]
    public var platforms: [String]

    public init(name: String, machines: [String], platforms: [String]) {
        self.name = name
        self.machines = machines
        self.platforms = platforms
    }

    public init(_ lab: Lab) { self.init(name: lab.name, machines: lab.machines.map(\.name), platforms: lab.platforms.map(\.name)) }
}

extension Class {
    /// The students of these names; all where none is named.
    /// - Throws: `UnknownName` with the nearest name.
    public func students(named names: [String], inGroups groups: [String]) throws(UnknownName) -> [ClassStudent] {
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
    public struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
        public var kind: String
        public var name: String
        public var nearest: String?

        public var description: String {
            "There is no \(kind) '\(name)' in the class." + (nearest.map { " The nearest name is '\($0)'." } ?? "")
        }
    }
}
