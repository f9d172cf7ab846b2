import Foundation
import Glibc

/// The files of courses as they were parsed the last time, one file for each: reading YAML is most of what a start of the program would
/// do. It is never needed: what is missing, old, damaged, not ours, or from another version of the program counts for nothing, and what
/// cannot be written is not kept. Only files of courses go into it, and none that says where somebody's machines are.
package struct TreeCache: Sendable {
    let folder: URL
    /// Which program has parsed them.
    private let program: UInt64

    /// - Parameter program: a file that is another one whenever the program is.
    package init(folder: URL, program: String = "/proc/self/exe") {
        self.folder = folder
        var about = stat()
        var made = Fingerprint()
        if stat(program, &about) == 0 {
            for number in [Int(about.st_ino), Int(about.st_size), about.st_mtim.tv_sec, about.st_mtim.tv_nsec] {
                withUnsafeBytes(of: number) { made.add($0) }
            }
        }
        self.program = made.value
    }

    /// Larger ones are not ours.
    private static let largestFile = 64 << 20
    /// With so many there are courses among them that are no longer used.
    private static let largestCount = 1000

    /// The tree of a file with this content, if it is here.
    func tree(of path: String, source: UInt64) -> YAMLTree? {
        let number = open(file(of: path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var about = stat()
        guard fstat(number, &about) == 0, about.st_mode & S_IFMT == S_IFREG, about.st_uid == getuid(), about.st_mode & 0o022 == 0,
            about.st_size <= Self.largestFile
        else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(about.st_size)) { buffer, count in
            while count < buffer.count {
                let more = read(number, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { break }
                count += more
            }
        }
        return YAMLTree(bytes, source: source ^ program)
    }

    /// Keeps the tree of a file, instead of that of an older content.
    func keep(_ tree: YAMLTree, of path: String, source: UInt64) {
        guard (try? PrivateFile.makeFolder(folder)) != nil, isOurs else { return }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        if files.count >= Self.largestCount { for file in files where file.hasSuffix(".tree") { unlink("\(folder.path)/\(file)") } }
        try? PrivateFile.write(Data(tree.encoded(source: source ^ program)), to: URL(filePath: file(of: path)))
    }

    /// Whether nobody else can put something into the folder, such as a link to a file that writing would replace.
    private var isOurs: Bool {
        var about = stat()
        return lstat(folder.path, &about) == 0 && about.st_mode & S_IFMT == S_IFDIR && about.st_uid == getuid()
            && about.st_mode & 0o022 == 0
    }

    private func file(of path: String) -> String {
        var name = Fingerprint()
        name.add(path.utf8)
        return "\(folder.path)/\(name).tree"
    }
}
