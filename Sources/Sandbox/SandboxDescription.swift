import DataFiles
import Foundation

/// What the practice machines of a lab are made from. The machines know nothing of the lab itself.
package struct SandboxDescription: Sendable, Hashable {
    package var lab: String
    /// In the order of their addresses and ports.
    package var machines: [String]
    /// The platform that they have if nobody chooses another.
    package var platform: String
    /// The first three numbers of their addresses.
    package var network: String
    /// The port of this computer that leads to the first one.
    package var firstPort: Int
    /// The folder of the lab with a folder for each platform.
    package var folder: URL
    /// The folder with what the builders of all labs share.
    package var engine: URL

    package init(lab: String, machines: [String], platform: String, network: String, firstPort: Int, folder: URL, engine: URL) {
        self.lab = lab
        self.machines = machines
        self.platform = platform
        self.network = network
        self.firstPort = firstPort
        self.folder = folder
        self.engine = engine
    }

    /// The platforms that machines can have: each has a program `build` in its folder.
    package var platforms: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { FileManager.default.isExecutableFile(atPath: builder(of: $0).path) }.sorted()
    }

    /// What a student should know of a platform's practice machines, such as that they only resemble it: the file `about` in its
    /// folder, of at most 1 KiB. Nil without one.
    package func about(_ platform: String) -> String? {
        let file = folder.appending(path: platform).appending(path: "about")
        guard let bytes = try? BoundedFile.read(file, atMost: 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func builder(of platform: String) -> URL { folder.appending(path: platform).appending(path: "build") }

    /// What runs as root on a machine that was restored, before its services start: a script for `sh`, or nil.
    var afterRestore: String? { try? String(contentsOf: folder.appending(path: "after-restore"), encoding: .utf8) }
}
