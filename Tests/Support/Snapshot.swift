import Foundation
import Testing

/// Texts that are kept beside the tests. `LAB_RECORD_SNAPSHOTS=1` writes them anew, and fails.
package enum Snapshot {
    /// - Parameter test: the file of the test, beside which the folder `Snapshots` is.
    package static func compare(
        _ text: String, _ name: String, of test: String = #filePath, at location: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(filePath: test).deletingLastPathComponent().appending(path: "Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["LAB_RECORD_SNAPSHOTS"] != nil {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try (text + "\n").write(to: file, atomically: true, encoding: .utf8)
            Issue.record("\(name) was recorded", sourceLocation: location)
            return
        }
        let kept = try String(contentsOf: file, encoding: .utf8)
        let (old, new) = (
            kept.split(separator: "\n", omittingEmptySubsequences: false),
            (text + "\n").split(separator: "\n", omittingEmptySubsequences: false)
        )
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
        let number = (line?.offset ?? min(old.count, new.count)) + 1
        #expect(
            kept == text + "\n", "\(name) differs at line \(number): '\(line?.element.0 ?? "")' is now '\(line?.element.1 ?? "")'",
            sourceLocation: location)
    }
}
