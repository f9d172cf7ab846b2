import Checks
@testable import Classroom
@testable import Course
import DataFiles
import Facts
import Foundation
import Machines
import TestSupport
import Testing
import Walk

/// A class whose students have values of their own.
@Suite struct VariantTests {
    private static let shelf = Shelf(
        labs: ShippedCourse.root.appending(path: "labs"), checks: ShippedCourse.root.appending(path: "checks"), sandbox: ShippedCourse.root)
    private static let head = """
        format: 1
        class: autumn
        lab: postgresql-cluster
        platform: debian12
        defaults: {user: student}
        machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: "10.0.{{n}}.13", pg_witness: "10.0.{{n}}.14"}

        """

    private func members(_ text: String) throws -> Class {
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: "class.yaml")
            try (Self.head + text).write(to: file, atomically: true, encoding: .utf8)
            return try Self.shelf.readClass(file, platform: nil, lab: nil).members
        }
    }

    private func lab(_ student: ClassStudent) throws -> Lab {
        try Lab.load(Self.shelf.labs.appending(path: "postgresql-cluster"), choosing: student.inventory.choice, drills: false)
    }

    @Test func eachStudentHasOwnValues() throws {
        let it = try members("vary: true\nstudents: [ada, grace, linus]\n")
        #expect(try it.students.map { try lab($0).variables["port"] } == ["5449", "5484", "5462"])
        #expect(try it.students.map { try lab($0).variant?.values.count } == [5, 5, 5])
    }

    @Test func aGroupAndAStudentHaveItOtherwise() throws {
        let it = try members(
            """
            vary: true
            groups: {evening: {vary: {port: {from: 6000, to: 6009}, app_database: false}}, guests: {vary: false}}
            students:
            - {student: ada, group: evening}
            - {student: grace, group: guests}
            - {student: linus, group: guests, vary: [port], variant: "autumn {{student}}", variables: {app_database: depot}}
            """)
        let labs = try it.students.map { try lab($0) }
        #expect((6000...6009).contains(labs[0].variables["port"].flatMap { Int($0) } ?? 0))
        #expect(labs[0].variables["app_database"] == "labdb")
        #expect(labs[0].variant?.values["pg1_priority"] != nil)
        #expect(labs[1].variant == nil && labs[1].variables["port"] == "5432")
        #expect(labs[2].variant?.name == "autumn linus" && labs[2].variant?.values.keys.sorted() == ["port"])
        #expect(labs[2].variables["app_database"] == "depot")
    }

    @Test func theStudentsOwnFileDrawsTheSame() throws {
        let it = try members(
            "vary: true\ngroups: {evening: {vary: {port: {from: 6000, to: 6009}}}}\nstudents: [{student: Ada L., group: evening}, grace]\n")
        for student in it.students {
            let theirs = try lab(student)
            var own = student.inventory
            own.variant = own.variant.map { Variant(name: $0.name, variety: $0.variety.spelled(for: theirs)) }
            let read = try TemporaryFolder.with { folder in
                try own.write(to: folder.appending(path: "machines.yaml"))
                return try Inventory.load(folder.appending(path: "machines.yaml"))
            }
            let again = try Lab.load(Self.shelf.labs.appending(path: "postgresql-cluster"), choosing: read.choice, drills: false)
            #expect(again.variables == theirs.variables)
            #expect(again.variant == theirs.variant)
        }
    }

    @Test(arguments: [
        ("vary: {prot: true}", "the lab does not let 'prot' vary"), ("vary: [prot]", "the lab does not let 'prot' vary"),
        ("vary: {port: {from: 65000, to: 66000}}", "'66000' is not valid as port"), ("vary: 7", "'7' is not valid here"),
        ("vary: {priorities: {variables: [port], values: [a]}}", "'priorities' is for other variables here"),
        ("vary: true\nvariant: \"{{nobody}}\"", "there is no value 'nobody'"),
    ])
    func whatIsWrongIsSaid(text: String, said: String) throws {
        let wrong = try #require(throws: Complaints.self) { try members(text + "\nstudents: [ada]\n") }
        #expect(wrong.all.contains { $0.what.contains(said) && $0.place.line >= 7 }, "\(wrong)")
    }

    @Test func aBundleWithOtherValuesIsNotJudged() throws {
        let it = try members("vary: true\nstudents: [ada, grace]\n")
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        try TemporaryFolder.with { folder in
            func handedIn(_ student: String, as variant: ClassStudent?, of members: Class?) throws -> String {
                let drawn = try variant.map { try lab($0).variant?.values ?? [:] } ?? [:]
                let bundle = FactBundle(
                    student: student, collected: Date(), variables: drawn, variant: variant?.name, users: [:], facts: walk.recorded)
                let file = folder.appending(path: "\(student).labbundle")
                try bundle.json().write(to: file)
                do {
                    var handed = try HandedIn([file.path], of: members, on: Self.shelf)
                    return try handed.judge(upTo: "names", started: Date()).students.flatMap(\.warnings).joined()
                } catch let fault as FactBundle.Unusable {
                    return fault.why
                }
            }
            #expect(try handedIn("ada", as: it.students[0], of: it).contains("Judged with app_database ferry"))
            let other = try handedIn("ada", as: it.students[1], of: it)
            #expect(other.contains("port 5484 instead of 5449"), "\(other)")
            #expect(other.contains("says variant 'grace', and the class variant 'ada'"), "\(other)")
            #expect(try handedIn("ada", as: nil, of: it).contains("port 5432 instead of 5449"))
            #expect(try handedIn("adda", as: nil, of: it) == "the class autumn has no student 'adda'; the nearest name is 'ada'")
            #expect(try handedIn("ada", as: it.students[1], of: nil).contains("drawn from the name 'grace'"))
        }
    }
}
