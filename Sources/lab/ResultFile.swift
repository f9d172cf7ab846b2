import Foundation

/// The file that `--output` names.
enum ResultFile {
    /// Writes all of a text or nothing: a reader never sees half of it. What is no ordinary file (`/dev/null`, a pipe) is written
    /// into and never replaced; as root, a rename would otherwise put a file into its place.
    static func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path).resolvingSymlinksInPath()
        let kind = try? FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
        guard let kind, kind != .typeRegular else { return try Data(text.utf8).write(to: url, options: .atomic) }
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        try file.write(contentsOf: Data(text.utf8))
    }
}
