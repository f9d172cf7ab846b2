import Course
import Foundation

/// Whether what a student does can be kept.
package struct FoldersLook: Sendable {
    private let folders: Folders

    /// A look at these folders.
    package init(_ folders: Folders) { self.folders = folders }

    /// Whether the state folder can be written, and whether there is room.
    package func findings() -> [Finding] {
        let folder = folders.state
        // What is not there yet is made in the nearest folder that is.
        let nearest = sequence(first: folder) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }.first {
            FileManager.default.fileExists(atPath: $0.path)
        }
        var isFolder: ObjCBool = false
        guard let nearest, FileManager.default.fileExists(atPath: nearest.path, isDirectory: &isFolder), isFolder.boolValue,
            FileManager.default.isWritableFile(atPath: nearest.path)
        else {
            return [
                Finding(
                    .missing, "What you do cannot be remembered: \(nearest?.path ?? folder.path) is not a folder that you may write to.",
                    advice: "Make \(folder.path) a folder of yours, or name another in XDG_STATE_HOME.")
            ]
        }
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: nearest.path))?[.systemFreeSize] as? Int64
        if let free, free < 50 << 20 {
            return [
                Finding(
                    .missing, "There are only \(free >> 20) MB free in \(nearest.path).",
                    advice: "Your progress is kept there: make room first.")
            ]
        }
        return [Finding(.ready, "What you do is remembered in \(folder.path).")]
    }
}
