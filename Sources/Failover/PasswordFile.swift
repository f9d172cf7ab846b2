/// libpq's password file, `~/.pgpass`: lines of `host:port:database:user:password`.
package enum PasswordFile {
    /// The password of the first line for that user; nil when there is none.
    package static func password(of user: String, in text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let fields = fields(of: line)
            if fields.count == 5, fields[3] == user { return fields[4] }
        }
        return nil
    }

    /// The five fields; a colon or a backslash in one of them comes after a backslash.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var rest = line
        while let character = rest.popFirst() {
            switch character {
            case "\\" where rest.first == ":" || rest.first == "\\": fields[fields.count - 1].append(rest.removeFirst())
            case ":" where fields.count < 5: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
