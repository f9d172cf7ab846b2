import DataFiles

/// The file of a new drill.
struct DrillText {
    var name: String
    var area: String
    var check: String
    var cause: String
    /// The machine that the check judges; nil for a check of the cluster.
    var judged: String?
    /// The machine to break and to fix.
    var machine: String
    /// What takes the fault out again, if that is known.
    var repair: [Task]?

    struct Task {
        var at: String
        /// Nil at the workstation.
        var account: String?
        var why: String
        var run: String

        fileprivate var lines: String {
            let place = account.map { "- at: \(yamlScalar(at))\n  as: \($0)" } ?? "- at: \(at)"
            return "\(place)\n  why: \(yamlScalar(why, indent: 4))\n  run: \(yamlScalar(run, indent: 4))"
        }
    }

    var file: String {
        let unknown = [Task(at: machine, account: "root", why: "Write here what takes the fault out again.", run: "true")]
        return """
            # A drill: a fault in a finished lab, for practice and as a proof. docs/writing-checks.md, "Drills", has all keys.
            format: 1
            drill: \(name)
            title: Write here what a student notices     # for the list: it gives nothing away
            area: \(area)
            difficulty: easy                 # easy, medium or hard
            minutes: 5
            # What a student sees, and not why, in CommonMark.
            story: |
              Write here what somebody sees who knows nothing of the fault.
            # What puts the fault in, on machines where everything passes.
            inject:
            - at: \(machine)
              as: root
              why: Write here what was done; it is shown at the end.
              run: "true"
            # What lab has to name. The key mend has the machine to fix.
            expect:
            - {check: \(check), cause: \(cause), \(judged.map { "machine: \($0), " } ?? "")mend: \(machine)}
            # Three: a nudge, where to look, what to type.
            hints: [Write a nudge here., Write here where to look., Write here what to type.]
            # What leaves the machines as they were, if the repair that lab prints does not.
            repair:
            \((repair ?? unknown).map(\.lines).joined(separator: "\n"))

            """
    }
}

/// A text as a YAML scalar that a person would write: as it is, if YAML takes it for nothing else; in quotes; or as a block.
/// - Parameter indent: the blanks before each line of a block.
func yamlScalar(_ text: String, indent: Int = 0) -> String {
    let isPlain =
        text.contains(" ") && (text.first?.isLetter ?? false) && !text.hasSuffix(" ")
        && text.allSatisfy { $0.isLetter || $0.isNumber || " ./_-,()=".contains($0) }
    if isPlain { return text }
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0 == "_" || $0 == "-" || $0.isNumber }
    if isWord, text.first?.isLetter ?? false, !["true", "false", "yes", "no", "on", "off", "null"].contains(text.lowercased()) {
        return text
    }
    guard text.contains("\n") || text.contains("'"), indent > 0, let first = text.first, !first.isWhitespace else {
        return yamlQuoted(text)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let body = text.hasSuffix("\n") ? Array(lines.dropLast()) : lines
    let blanks = String(repeating: " ", count: indent)
    return (text.hasSuffix("\n") ? "|" : "|-") + body.map { $0.isEmpty ? "\n" : "\n" + blanks + $0 }.joined()
}
