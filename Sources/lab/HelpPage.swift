import ArgumentParser
import Display

/// The help of a command as ArgumentParser words it, within the terminal's width: ArgumentParser leaves the line of usage as long as it is,
/// and breaks an example's description at the margin.
struct HelpPage {
    private let path: [String]
    private let command: any ParsableCommand.Type
    private let afterUsage: Substring

    /// - Parameter message: what ArgumentParser says; nil comes back if that is not the help of a command.
    init?(_ message: String) {
        guard message.hasPrefix("OVERVIEW: "), let usage = message.firstRange(of: "\nUSAGE: "),
            let end = message[usage.upperBound...].firstRange(of: "\n\n")
        else { return nil }
        // The names of commands come first: "lab sandbox up [--lab <lab>] …".
        let words = message[usage.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.first == LabCommand._commandName else { return nil }
        (path, command) = Self.descend(words.dropFirst(), from: LabCommand.self)
        afterUsage = message[end.upperBound...]
    }

    private static func descend(
        _ words: ArraySlice<String>, from command: any ParsableCommand.Type
    ) -> (path: [String], command: any ParsableCommand.Type) {
        guard let next = command.configuration.subcommands.first(where: { $0._commandName == words.first }) else {
            return ([command._commandName], command)
        }
        let (path, found) = descend(words.dropFirst(), from: next)
        return ([command._commandName] + path, found)
    }

    /// The page for a terminal of `width` columns.
    func text(width: Int) -> String {
        let configuration = command.configuration
        let overview = Layout.wrap("OVERVIEW: \(configuration.abstract)", width: width)
        let discussion = configuration.discussion.isEmpty ? [] : [""] + Self.fitted(configuration.discussion, width: width)
        return (overview + discussion + [""] + usage(width: width) + [""]).joined(separator: "\n") + "\n" + afterUsage
    }

    /// The line of usage, an option never parted from its value.
    private func usage(width: Int) -> [String] {
        let lead = "USAGE: \(path.joined(separator: " "))"
        let pieces = Self.pieces(of: LabCommand.usageString(for: command)).dropFirst(path.count)
        let indent = Layout.blanks(min(lead.count + 1, 14))
        return pieces.reduce(into: [lead]) { lines, piece in
            let last = lines[lines.count - 1]
            if last.count + 1 + piece.count > width { lines.append(indent + piece) } else { lines[lines.count - 1] = "\(last) \(piece)" }
        }
    }

    /// The pieces of a line of usage: words, and what stands between brackets with all that is in it.
    static func pieces(of usage: String) -> [String] {
        var depth = 0
        return usage.split { character in
            if "[(".contains(character) { depth += 1 }
            if "])".contains(character) { depth -= 1 }
            return depth == 0 && character == " "
        }.map(String.init)
    }

    /// A discussion, which is written for 80 columns, in fewer: running text is filled anew; a line of an example goes on under its
    /// description, and a command that is itself too long with a backslash, so that it can still be copied.
    static func fitted(_ discussion: String, width: Int) -> [String] {
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.contains(where: { Layout.width($0) > width }) else { return lines }
        var fitted: [String] = []
        var paragraph: [String] = []
        func close() {
            if !paragraph.isEmpty { fitted += Layout.wrap(paragraph.joined(separator: " "), width: width) }
            paragraph = []
        }
        for line in lines {
            if line.isEmpty || line.hasPrefix(" ") || line == line.uppercased() {
                close()
                fitted += Layout.width(line) > width ? example(line, width: width) : [line]
            } else {
                paragraph.append(line)
            }
        }
        close()
        return fitted
    }

    private static func example(_ line: String, width: Int) -> [String] {
        let indent = Layout.blanks(line.prefix { $0 == " " }.count)
        let text = line.dropFirst(indent.count)
        if let gap = text.firstRange(of: "  ") {
            let about = text[gap.lowerBound...].trimmingPrefix { $0 == " " }
            let column = line.count - about.count
            let command = String(line.prefix(column))
            guard width - column >= 20 else {
                let deeper = indent + "    "
                return [indent + text[..<gap.lowerBound]] + Layout.wrap(String(about), width: width, first: deeper, rest: deeper)
            }
            return Layout.wrap(String(about), width: width, first: command, rest: Layout.blanks(column))
        }
        let isCommand = text.hasPrefix("\(LabCommand._commandName) ")
        let wrapped = Layout.wrap(String(text), width: isCommand ? width - 2 : width, first: indent, rest: indent + "    ")
        return isCommand ? wrapped.dropLast().map { $0 + " \\" } + wrapped.suffix(1) : wrapped
    }
}
