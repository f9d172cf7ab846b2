import Foundation
import Glibc

/// Reading files that others have made: nothing of them is believed before they are open. The size is that of the opened file,
/// through whatever links; what is not an ordinary file (a pipe, a device) is refused at once and never waited for; and a file that
/// grows while it is read is not a way around the limit.
package enum BoundedFile {
    /// All bytes of a file.
    /// - Parameters:
    ///   - limit: how many bytes it may have.
    ///   - name: what the file is called in an error, if that is not its path.
    package static func read(_ url: URL, atMost limit: Int, called name: String? = nil) throws(FileFault) -> Data {
        let name = name ?? url.relativePath
        let number = open(url.path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw FileFault(name, .read, errno: errno) }
        defer { close(number) }
        var about = stat()
        guard fstat(number, &about) == 0 else { throw FileFault(name, .read, errno: errno) }
        if let kind = kind(about) { throw FileFault(name, .read, said: kind) }
        func tooLarge() -> FileFault { FileFault(name, .read, said: "it is larger than \(size(limit))") }
        guard about.st_size <= limit else { throw tooLarge() }
        var data = Data(capacity: Int(about.st_size))
        // One byte more than it has: what is read to the end at once needs no large piece.
        var piece = [UInt8](repeating: 0, count: min(1 << 16, Int(about.st_size) + 1))
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFault(name, .read, errno: errno) }
            guard count > 0 else { return data }
            data.append(contentsOf: piece[..<count])
            guard data.count <= limit else { throw tooLarge() }
        }
    }

    /// What a thing in the file system is, if it is not an ordinary file.
    package static func kind(_ about: stat) -> String? {
        switch about.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "it is a folder"
        case S_IFIFO: "it is a pipe, not a file"
        case S_IFSOCK: "it is a socket, not a file"
        default: "it is a device, not a file"
        }
    }

    private static func size(_ limit: Int) -> String { limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB" }
}

/// Writing files for nobody else: what lab keeps of a student's machines.
package enum PrivateFile {
    /// Makes a folder that nobody else can read, and those above it, if they are missing.
    package static func makeFolder(_ folder: URL) throws(FileFault) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FileFault(folder.path, .made, error)
        }
    }

    /// Writes all of a file or nothing, readable for its owner only from its first byte on. The folder is made if it is missing.
    package static func write(_ data: Data, to url: URL) throws(FileFault) {
        // A link stays, as somebody put it there.
        let url = url.resolvingSymlinksInPath()
        let folder = url.deletingLastPathComponent()
        try makeFolder(folder)
        let part = folder.appending(path: ".\(UUID().uuidString).part").path
        let number = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw FileFault(url.path, .written, errno: errno) }
        var rest = data[...]
        var failure: Int32 = 0
        while failure == 0, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
        }
        // Some file systems report only now that there is no room.
        if close(number) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(part, url.path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(part)
            throw FileFault(url.path, .written, errno: failure)
        }
    }
}
