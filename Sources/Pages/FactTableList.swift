import DataFiles
import Display
import Facts
import Foundation
import Terminal

/// What can be observed, by library: names alone, since there are more than a hundred, or those of one library with what each shows.
package struct FactTableList {
    private let tables: [(library: String, table: FactTable)]

    package init(_ tables: [FactTable]) {
        self.tables = tables.map { (URL(filePath: $0.place.file).deletingLastPathComponent().lastPathComponent, $0) }
    }

    /// The libraries that have tables, in the order of the course.
    package var libraries: [String] { tables.map(\.library).uniqued }

    /// The tables of a library; all without one.
    package func tables(of library: String?) -> [FactTable] {
        tables.filter { library == nil || $0.library == library }.map(\.table)
    }

    /// - Parameter library: the one whose tables are told with what they show; nil for the names of all.
    package func tell(_ library: String?, _ voice: Voice) {
        if let library {
            for table in tables(of: library) {
                let about = table.about.split(whereSeparator: \.isNewline).joined(separator: " ")
                voice.say(voice.palette.paint(table.name, .command))
                Layout.wrap(about, width: voice.terminal.textWidth, first: "  ", rest: "  ").forEach(voice.say)
            }
            return
        }
        for library in libraries {
            voice.heading(library)
            let names = tables(of: library).map(\.name).joined(separator: ", ")
            Layout.wrap(names, width: voice.terminal.textWidth, first: "  ", rest: "  ").forEach(voice.say)
        }
        let first = libraries.first ?? "LIBRARY"
        voice.tell("'facts \(first)' says what each of its tables shows, 'facts TABLE' looks at the machines for it.")
    }
}
