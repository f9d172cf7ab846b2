import DataFiles
import Foundation

extension Lab {
    /// A text that changes whenever something does that leads to the start of a step: the lab's own file, the platform,
    /// or a step before it.
    /// - Throws: the file system's error.
    package func fingerprint(before step: String, platform: String) throws -> Fingerprint {
        var fingerprint = Fingerprint()
        try fingerprint.add(fileAt: folder.appending(path: "lab.yaml"))
        try fingerprint.add(fileAt: folder.appending(path: "platforms/\(platform).yaml"))
        for earlier in steps[..<(position(of: step) ?? 0)] {
            let file = URL(filePath: earlier.place.file).lastPathComponent
            try fingerprint.add(fileAt: folder.appending(path: "steps/\(file)"))
        }
        return fingerprint
    }
}
