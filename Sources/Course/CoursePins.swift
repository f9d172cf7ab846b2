import DataFiles

/// What the files of a course were when it was installed.
package struct CoursePins: Sendable, Hashable, Codable {
    /// One file: a line of what `sha256sum` prints of it.
    package struct Pin: Sendable, Hashable, Codable {
        package var path: String
        package var isExecutable: Bool
        package var hash: String

        package init(path: String, isExecutable: Bool, hash: String) {
            self.path = path
            self.isExecutable = isExecutable
            self.hash = hash
        }

        /// As sha256sum writes it; with a star if the file is executable.
        var line: String { "\(hash) \(isExecutable ? "*" : " ")\(path)\n" }
    }

    /// In the order of their paths.
    package var pins: [Pin]

    package init(_ pins: [Pin]) { self.pins = pins }

    /// One fingerprint for all of them, over their lines: the paths, what is in the files, and which can be executed.
    package var fingerprint: String { SHA256.hex(of: pins.map(\.line).joined().utf8) }

    /// What is another than it was, each as a path and what happened to it.
    package func differences(to now: CoursePins) -> [String] {
        let before = Dictionary(pins.map { ($0.path, $0) }) { first, _ in first }
        let after = Dictionary(now.pins.map { ($0.path, $0) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            switch (before[path], after[path]) {
            case (nil, _?): "\(path) is new"
            case (_?, nil): "\(path) is missing"
            case (let old?, let new?) where old.hash != new.hash: "\(path) was changed"
            case (let old?, let new?) where old.isExecutable != new.isExecutable:
                "\(path) \(new.isExecutable ? "was made" : "is no longer") executable"
            default: nil
            }
        }
    }

    /// Why a link is not taken, after its path.
    package static func linkRefused(to target: String?) -> String {
        let shown = target.map { text in
            " to \(text.unicodeScalars.prefix(200).map { CourseBounds.isPlain($0) ? String($0) : "?" }.joined())"
        }
        return "is a symbolic link\(shown ?? ""); a course has only files and folders"
    }
}
