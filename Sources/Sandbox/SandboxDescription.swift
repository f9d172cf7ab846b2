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
    /// The platforms that machines can have, with the release of Debian whose packages they are made from, such as `trixie`.
    package var suites: [String: String]
    /// The folder of the lab with a folder for each platform.
    package var folder: URL
    /// The folder with what the builders of all labs share.
    package var engine: URL

    package init(
        lab: String, machines: [String], platform: String, network: String, firstPort: Int, suites: [String: String], folder: URL,
        engine: URL
    ) {
        self.lab = lab
        self.machines = machines
        self.platform = platform
        self.network = network
        self.firstPort = firstPort
        self.suites = suites
        self.folder = folder
        self.engine = engine
    }

    /// The names of the platforms that machines can have.
    package var platforms: [String] { suites.keys.sorted() }

    /// Whether there is what the image of a platform is made from: the list of its packages, or a program of its own.
    package func canBuild(_ platform: String) -> Bool {
        let list = folder(of: platform).appending(path: "packages")
        return hasOwnBuilder(platform) || FileManager.default.fileExists(atPath: list.path)
    }

    /// What a student should know of a platform's practice machines, such as that they only resemble it: the file `about` in its
    /// folder, of at most 1 KiB. Nil without one.
    package func about(_ platform: String) -> String? {
        let file = folder(of: platform).appending(path: "about")
        guard let bytes = try? BoundedFile.read(file, atMost: 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The folder with what is of one platform alone.
    func folder(of platform: String) -> URL { folder.appending(path: platform) }

    private func hasOwnBuilder(_ platform: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: folder(of: platform).appending(path: "build").path)
    }

    /// The command that makes the image of a platform: its own program `build`, or the one for all of Debian's releases.
    func builder(of platform: String, image: String, packages: URL) -> [String] {
        let program = (hasOwnBuilder(platform) ? folder(of: platform).appending(path: "build") : engine.appending(path: "build-image")).path
        return [program, image, packages.path, folder(of: platform).path, suites[platform] ?? "", engine.path]
    }

    /// What runs as root on a machine that was restored, before its services start: a script for `sh`, or nil.
    var afterRestore: String? { try? String(contentsOf: folder.appending(path: "after-restore"), encoding: .utf8) }
}
