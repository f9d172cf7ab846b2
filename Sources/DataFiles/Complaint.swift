/// A place in a data file. Lines and columns count from 1, columns in Unicode scalars, as editors do.
package struct Place: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// What is wrong at one place of a data file, and what would be right.
package struct Complaint: Error, Sendable, Hashable, CustomStringConvertible {
    package var place: Place
    /// What is wrong, as a fact.
    package var what: String
    /// What was expected there, if that can be said.
    package var expected: String?
    /// The nearest name that exists, if a name is wrong.
    package var nearest: String?
    /// Whether lab works all the same: an author should look at it.
    package var isWarning = false

    package init(_ place: Place, _ what: String, expected: String? = nil, nearest: String? = nil) {
        self.place = place
        self.what = what
        self.expected = expected
        self.nearest = nearest
    }

    /// The same as something that an author should look at, and that keeps nothing from working.
    package var asWarning: Complaint {
        var warning = self
        warning.isWarning = true
        return warning
    }

    /// `file:line:column: what; expected what; did you mean 'name'?`, with `warning: ` before what it warns of.
    package var description: String {
        // A name out of a file may have line breaks in it; a complaint is one line.
        let what = String(what.unicodeScalars.map { $0 == "\n" ? "\\n" : $0 == "\r" ? "\\r" : String($0) }.joined())
        var text = "\(place): \(isWarning ? "warning: " : "")\(what)"
        if let expected { text += "; expected \(expected)" }
        if let nearest { text += "; the nearest name is '\(nearest)'" }
        return text
    }
}

/// All that is wrong with the data files that were read, in the order of the files.
package struct Complaints: Error, Sendable, CustomStringConvertible {
    package var all: [Complaint]

    package init(_ all: [Complaint]) { self.all = all }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
