import Checks
import DataFiles
import Facts
import Foundation

extension Workbench {
    /// A new fact table in a library, and a row of the map that reads it.
    /// - Throws: ``Misfit`` or `Complaints`.
    package func fact(table name: String, library libraryName: String?) throws -> Start {
        try NewName.check(name, kind: "table", mark: "_", reserved: FactTable.reserved)
        let library = try library(libraryName)
        if let other = libraries.libraries.first(where: { $0.tableNames.contains(name) }) {
            throw Misfit.taken(name, kind: "table", place: DataFile.shown(other.facts))
        }
        let entry = Self.text(of: name)
        let file: Start.File
        if FileManager.default.fileExists(atPath: library.facts.path) {
            var grown = try GrowingFile(library.facts)
            try grown.append(entry, to: "tables")
            file = Start.File(grown)
        } else {
            var grown = GrowingFile(library.facts, text: "format: 1\n")
            try grown.append(entry, to: "tables")
            file = Start.File(library.facts, grown.text)
        }
        var map = try GrowingFile(self.file("lab.yaml"))
        try map.append("{title: \(name.replacing("_", with: " ")), sql: SELECT text FROM this_\(name)}", to: "map")
        return try Start(
            [file, Start.File(map)],
            next: "Next: say in \(DataFile.shown(file.url)) how to look. A check reads the table as this_\(name); the map of "
                + "lab.yaml has a row of it.")
    }

    private static func text(of name: String) -> String {
        """
        table: \(name)
        about: Write here what the table shows.
        as: student                    # the account that looks: student, root, or one of the platform
        columns: {text: text}          # text, int, real, bool (t or f)
        # It only reads. Each `row` is a row; no row: it is not there. Another exit status than 0: nobody knows.
        sh: |
          [ -e /etc/hostname ] || exit 0
          text=$(head -n 1 /etc/hostname) && row "$text"
        """
    }
}
