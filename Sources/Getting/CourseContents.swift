import Checks
import Course
import DataFiles
import Foundation
import Practice

/// What is in a course: what lint says of it, and all that it may have run.
package struct CourseContents: Sendable {
    /// A lab, in a line.
    package struct LabLine: Sendable, Hashable {
        package var name: String
        package var title: String
        package var steps: Int
        package var drills: Int
    }

    /// What practice machines of a platform are made of.
    package struct PracticeLine: Sendable, Hashable {
        package var lab: String
        package var platform: String
        package var packages: [String]
        package var services: [String]
    }

    package private(set) var labs: [LabLine] = []
    package private(set) var libraries: [String] = []
    package private(set) var checks = 0
    package private(set) var commands: [CourseCommand] = []
    package private(set) var practice: [PracticeLine] = []
    /// What is wrong with it, in the order of the files, as `lab lint` says it.
    package private(set) var complaints: [Complaint] = []

    /// Reads and lints a course, and runs nothing of it.
    /// - Parameters:
    ///   - shelf: where it is now.
    ///   - files: all of it.
    /// - Throws: `DatabaseError` if SQLite itself fails.
    package init(_ shelf: Shelf, _ files: CourseFiles) throws {
        let root = shelf.labs.deletingLastPathComponent()
        var lint = ShelfLint(shelf)
        for (lab, catalog) in lint.labs { try lint.lint(lab, catalog) }
        var found: [Complaint] = []
        var descriptions: [PracticeMachines] = []
        for (lab, _) in lint.labs {
            do throws(Complaints) {
                if let machines = try PracticeMachines.read(lab, engine: shelf.sandbox) { descriptions.append(machines) }
            } catch {
                found += error.all
            }
        }
        lint.lintLibraries()
        let start = DataFile.shown(root.appending(path: "x")).dropLast()
        func inside(_ place: Place) -> Place {
            var place = place
            if place.file.hasPrefix(start) { place.file.removeFirst(start.count) }
            return place
        }
        complaints = (lint.complaints + found).filter { !$0.isWarning }.map { complaint in
            var complaint = complaint
            complaint.place = inside(complaint.place)
            return complaint
        }.sorted { ($0.place.file, $0.place.line, $0.place.column) < ($1.place.file, $1.place.line, $1.place.column) }
        labs = lint.labs.map { LabLine(name: $0.lab.name, title: $0.lab.title, steps: $0.lab.steps.count, drills: $0.lab.drills.count) }
        libraries = lint.labs.flatMap { $0.catalog.libraries.map(\.name) }.uniqued
        checks = Set(lint.labs.flatMap { $0.catalog.checks.map(\.name) }).count
        practice = descriptions.flatMap { machines in
            machines.description.platforms.map { platform in
                let list = "labs/\(machines.description.lab)/sandbox/\(platform)/packages"
                let text = files.files.first { $0.path == list }.map { String(decoding: $0.content, as: UTF8.self) } ?? ""
                return PracticeLine(
                    lab: machines.description.lab, platform: platform, packages: PracticeMachines.packageNames(in: text).map(\.name),
                    services: machines.services(on: platform))
            }
        }
        let listed = lint.labs.flatMap { CommandCollector($0.lab, $0.catalog).commands } + Self.programs(files, descriptions)
        commands =
            listed.map { command in
                var command = command
                command.source = inside(command.source)
                return command
            }.uniqued
    }

    /// What the builders of practice machines are: they run on this computer, each with the files beside it.
    private static func programs(_ files: CourseFiles, _ practice: [PracticeMachines]) -> [CourseCommand] {
        practice.flatMap { machines -> [CourseCommand] in
            let lab = machines.description.lab
            let folder = "labs/\(lab)/sandbox/"
            func command(_ file: CourseFile, at place: String, as account: String?) -> CourseCommand {
                CourseCommand(
                    kind: .program, owner: "practice machines of \(lab)", at: place, account: account,
                    texts: [String(decoding: file.content, as: UTF8.self)], source: Place(file: file.path, line: 1, column: 1))
            }
            let built = machines.description.platforms.filter { name in
                files.files.contains { $0.path == folder + name + "/build" && $0.isExecutable }
            }
            let builders = built.flatMap { name in
                files.files.filter {
                    $0.path.hasPrefix(folder + name + "/") && !["packages", "about"].contains($0.path.split(separator: "/").last)
                }
            }
            let after = files.files.filter { $0.path == folder + "after-restore" }
            return builders.map { command($0, at: "workstation", as: nil) } + after.map { command($0, at: "practice machines", as: "root") }
        }
    }

    /// Files of this computer that commands for it name, as they are written there: in the home folder, and others where no `ssh` leads to
    /// another computer.
    package var namedFiles: [String] {
        let texts = commands.filter { $0.isAtWorkstation && $0.kind != .program }.flatMap(\.texts)
        let home = /(?:^|[\s"'=<>(:])((?:~|\$HOME|\$\{HOME\}|\$\{?XDG_[A-Z]+_HOME[^}\s\/]*\}?)\/[A-Za-z0-9_.\/~$*{}\-]+)/
        let root = /(?:^|[\s"'=<>(:])(\/[A-Za-z0-9_.\-]+\/[A-Za-z0-9_.\/~$*{}\-]+)/
        let own = texts.flatMap { $0.matches(of: home).map { String($0.output.1) } }
        let others = texts.filter { !$0.contains("ssh ") }.flatMap { $0.matches(of: root).map { String($0.output.1) } }
        return Set(own + others).filter { !$0.hasPrefix("/dev/") }.sorted()
    }
}
