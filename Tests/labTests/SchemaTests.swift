import Checks
import Classroom
import Course
import DataFiles
import Foundation
import Machines
import TestSupport
import Testing

@testable import lab

/// The schemas of `schemas/` are what the readers ask of files: these are read here, the course's and some with the rest of the keys, and
/// what was asked of them is compared. `LAB_RECORD_SNAPSHOTS=1` writes the schemas anew, and fails.
@Suite struct SchemaTests {
    /// All that an entry of `vary:` can be.
    private static let varied =
        "{a: [x], b: {from: 1, to: 9, step: 2}, c: {variables: [p, q], values: [x, y]}, d: {variables: [p, q], rows: [[x, y]]}, e: true}"

    /// Files with the keys and forms that the course does not have.
    private static let written: [(path: String, text: String)] = [
        (
            "class/listed.yaml",
            """
            format: 1
            class: autumn
            lab: postgresql-cluster
            environment: own
            platform: debian13
            variables: {database: labdb}
            vary: \(varied)
            variant: "autumn {{student}}"
            defaults: {user: student, reach: 192.0.2.1, port: 2201, identity: keys/class, known_hosts: hosts, sudo_password_file: p}
            machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: {address: "10.0.{{n}}.13", proxy_jump: hop}, pg_witness: {address: "10.0.{{n}}.14", user: root,
              reach: 192.0.2.2, port: 22, identity: k, known_hosts: h, sudo_password_file: s, proxy_command: "nc %h %p"}}
            groups:
              evening: {platform: debian12, environment: own, variables: {database: labdb}, vary: \(varied), variant: x, reach: 192.0.2.1, port: 22, user: other,
                identity: k, known_hosts: h, sudo_password_file: s, proxy_jump: hop, machines: {pg1: "10.1.{{n}}.11", pg2: {address: "10.1.{{n}}.112",
                   reach: 192.0.2.3, port: 22, user: x, identity: k, known_hosts: h, sudo_password_file: s, proxy_command: "nc %h %p",
                   proxy_jump: hop}}}
              morning: {proxy_command: "nc %h %p", vary: true}
              noon: {vary: [port]}
            students:
              - ada
              - {student: grace, group: evening, n: 7,
                 platform: debian12, environment: own, variables: {database: labdb}, vary: \(varied), variant: x, reach: 192.0.2.1, port: 22, user: other,
                 identity: k, known_hosts: h, sudo_password_file: s, proxy_jump: hop, machines: {pg1: "10.9.9.9", pg2: {address: "10.9.9.92",
                   reach: 192.0.2.3, port: 22, user: x, identity: k, known_hosts: h, sudo_password_file: s, proxy_command: "nc %h %p",
                   proxy_jump: hop}}}
              - {student: linus, proxy_command: "nc %h %p", vary: true}
              - {student: ken, vary: [port]}
            """
        ),
        (
            "class/counted.yaml",
            """
            format: 1
            class: winter
            lab: postgresql-cluster
            platform: debian13
            vary: true
            defaults: {user: student, proxy_jump: hop}
            machines: {pg1: "10.0.{{n}}.11", pg2: "10.0.{{n}}.12", pg3: "10.0.{{n}}.13", pg_witness: "10.0.{{n}}.14"}
            count: 2
            named: guest{{nn}}
            """
        ),
        (
            "ansible/hosts.json",
            """
            {"_meta": {"hostvars": {"vm-ada-pg1": {"ansible_host": "10.0.0.11"}, "vm-ada-pg2": {"ansible_host": "10.0.0.12"},
             "vm-ada-pg3": {"ansible_host": "10.0.0.13"}, "vm-ada-pg_witness": {"ansible_host": "10.0.0.14"}}}}
            """
        ),
        (
            "class/taken.yaml",
            """
            format: 1
            class: spring
            lab: postgresql-cluster
            platform: debian13
            vary: [port]
            defaults: {user: student, proxy_command: "nc %h %p"}
            inventory: ../ansible/hosts.json
            hosts: "vm-{{student}}-{{machine}}"
            """
        ),
        (
            "machines/through.yaml",
            """
            format: 1
            lab: postgresql-cluster
            environment: own
            platform: debian13
            variant: ada
            vary: true
            defaults: {proxy_command: "nc %h %p"}
            machines: {pg1: {address: 192.0.2.11}}
            """
        ),
        (
            "machines/narrowed.yaml",
            """
            format: 1
            lab: postgresql-cluster
            environment: own
            platform: debian13
            variant: ada
            vary: [port]
            machines: {pg1: {address: 192.0.2.11}}
            """
        ),
        (
            "machines/machines.yaml",
            """
            format: 1
            lab: postgresql-cluster
            environment: own
            platform: debian13
            variables: {database: labdb}
            variant: ada
            vary: \(varied)
            defaults: {user: student, reach: 192.0.2.1, port: 2201, identity: k, known_hosts: h, sudo_password_file: s, proxy_jump: hop}
            machines:
              pg1: {address: 192.0.2.11, reach: 192.0.2.1, port: 2201, user: root, identity: k, known_hosts: h, sudo_password_file: s,
                proxy_jump: hop}
              pg2: {address: 192.0.2.12}
              pg3: {address: 192.0.2.13, proxy_command: "nc %h %p"}
              pg_witness: {address: 192.0.2.14}
            """
        ),
    ]

    /// Keys for files of the second lab that neither it nor the course has.
    private static let added: [(file: String, old: String, new: String)] = [
        (
            "lab.yaml", "steps: [",
            """
            points: {page: 2, reach: {points: 1, weights: {machine-reached: 2}}}
            vary: {b: {from: 1, to: 9, step: 2}, c: {variables: [p, q], values: [x, y]}}
            addresses: {own: {web1: 10.0.0.1, web2: 10.0.0.2}, sandbox: {web1: 10.0.0.1, web2: 10.0.0.2}}
            steps: [
            """
        ),
        ("steps/02-page.yaml", "  run: rm -rf", "  id: gone\n  run: rm -rf"),
        ("drills/page-gone.yaml", "  run: truncate", "  id: take\n  when: {environment: own}\n  prints: nothing\n  run: truncate"),
        ("drills/page-gone.yaml", "  run: echo", "  id: give\n  when: {environment: own}\n  prints: nothing\n  run: echo"),
    ]

    /// What readers ask of all files of the course, of the second lab, and of those written here. What they complain about does not
    /// matter: a file that something is wrong with is read to its end all the same.
    private static func record() throws -> ReadingRecord {
        let record = ReadingRecord()
        let root = ShippedCourse.root
        let pair = root.appending(path: "Tests/Fixtures/pair")
        try ReadingRecord.$current.withValue(record) {
            for folder in [root, pair] {
                var lint = ShelfLint(
                    Shelf(labs: folder.appending(path: "labs"), checks: folder.appending(path: "checks"), sandbox: root))
                lint.lintLibraries()
            }
            try TemporaryFolder.with { folder in
                let lab = folder.appending(path: "labs/pair")
                try FileManager.default.createDirectory(at: lab.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(at: pair.appending(path: "labs/pair"), to: lab)
                for (file, old, new) in added {
                    let url = lab.appending(path: file)
                    let text = try String(contentsOf: url, encoding: .utf8)
                    #expect(text.contains(old), "\(file)")
                    try text.replacing(old, with: new, maxReplacements: 1).write(to: url, atomically: true, encoding: .utf8)
                }
                _ = try? Lab.load(lab)
                let shelf = Shelf(labs: root.appending(path: "labs"), checks: root.appending(path: "checks"), sandbox: root)
                for (path, text) in written {
                    let file = folder.appending(path: path)
                    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try text.write(to: file, atomically: true, encoding: .utf8)
                }
                for (path, _) in written {
                    let file = folder.appending(path: path)
                    if path.hasPrefix("class") { _ = try? shelf.readClass(file, platform: nil, lab: nil) }
                    if path.hasPrefix("machines") { _ = try? Inventory.load(file) }
                }
            }
        }
        return record
    }

    private static func belongs(_ path: String, to kind: FileKind) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, parts.count > 1 else { return false }
        let folder = parts[parts.count - 2]
        return switch kind {
        case .report: false
        case .lab: name == "lab.yaml"
        case .step: folder == "steps"
        case .drill: folder == "drills"
        case .platform: folder == "platforms"
        case .library: name == "library.yaml"
        case .facts: name == "facts.yaml"
        case .checks: parts.contains("checks") && name != "library.yaml" && name != "facts.yaml"
        case .class: folder == "class"
        case .machines: folder == "machines"
        }
    }

    @Test func theSchemasAreWhatTheReadersAsk() throws {
        let record = try Self.record()
        for kind in FileKind.allCases where kind != .report {
            let shape = try #require(record.shape { Self.belongs($0, to: kind) }, "\(kind)")
            // `see` is read as a repair is, and no file has those keys of a repair there.
            let unasked = shape.unasked.filter { !$0.contains("see.") }
            #expect(unasked == [], "\(kind): no file here has these keys, so nobody knows what is expected of them")
            let file = ShippedCourse.root.appending(path: "schemas").appending(path: kind.file)
            let schema = try shape.schema(title: kind.title)
            if ProcessInfo.processInfo.environment["LAB_RECORD_SNAPSHOTS"] != nil {
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try schema.write(to: file, atomically: true, encoding: .utf8)
                Issue.record("\(kind.file) was recorded")
            } else {
                #expect(try String(contentsOf: file, encoding: .utf8) == schema, "\(kind.file)")
            }
        }
    }
}
