import ArgumentParser
import Checks
import Classroom
import Course
import Foundation
import Machines
import Walk

/// Which class, and which part of it.
struct ClassOptions: ParsableArguments {
    @Option(
        name: .customLong("class"), help: "A class file, the JSON of 'ansible-inventory --list', or CSV: judge all its students.",
        completion: .file(extensions: ["yaml", "yml", "json", "csv", "tsv"]))
    var file: String?
    @Option(help: "Platform for machines whose entry in the class file does not name one.", completion: Candidates.platforms)
    var platform: String?
    @Option(name: .customLong("student"), help: "Only this student of the class. May be repeated.", completion: Candidates.students)
    var students: [String] = []
    @Option(name: .customLong("group"), help: "Only this group of the class. May be repeated.", completion: Candidates.groups)
    var groups: [String] = []
    @Flag(
        name: .customLong("failed-last-time"), help: "Only students who failed a check last time or have not been judged yet.")
    var failedLastTime = false
    @Option(
        help:
            """
            Only part K of N of the class, such as 2/5. 'auto' takes the part from a Slurm array, 'auto/N' also from an \
            indexed Kubernetes job.
            """)
    var shard: String?
    @Option(help: "How many machines to look at at once.") var jobs = 128
    @Flag(help: "Judge again and again, and show what has changed.") var watch = false
    @Option(name: .customLong("every"), help: "With --watch: seconds from the start of one round to the start of the next.") var every = 30

    func validate() throws {
        guard (1...1000).contains(jobs) else { throw ValidationError("--jobs takes 1 to 1000.") }
        guard (5...86_400).contains(every) else { throw ValidationError("--every takes 5 to 86400 seconds.") }
        if shard != nil { _ = try part }
        guard file == nil else { return }
        let options = optionsOfARound + (platform == nil ? [] : ["--platform"])
        if let option = options.first { throw ValidationError("\(option) is about a class. Say which: --class FILE") }
    }

    /// The options given that choose among machines to look at.
    var optionsOfARound: [String] {
        let all: [(Bool, String)] = [
            (!students.isEmpty, "--student"), (!groups.isEmpty, "--group"), (failedLastTime, "--failed-last-time"),
            (shard != nil, "--shard"), (watch, "--watch"),
        ]
        return all.filter(\.0).map(\.1)
    }

    /// The part of the class that is meant; nil for all of it.
    var part: Shard? {
        get throws {
            guard let shard else { return nil }
            let words = shard.split(separator: "/", omittingEmptySubsequences: false)
            if words.first == "auto", words.count <= 2 {
                let count = words.count == 2 ? Int(words[1]) : nil
                guard words.count == 1 || count != nil else {
                    throw ValidationError("'--shard \(shard)': the number of parts is missing, as in auto/8.")
                }
                return try Shard.ofTask(ProcessInfo.processInfo.environment, count: count)
            }
            guard let part = Shard(shard) else {
                throw ValidationError("--shard takes K/N, such as 2/5, or 'auto'; '\(shard)' is neither.")
            }
            return part
        }
    }
}

extension ClassOptions {
    /// The students that are meant.
    func choice() throws -> ClassRun.Choice {
        ClassRun.Choice(names: students, groups: groups, part: try part, failedLastTime: failedLastTime)
    }
}
