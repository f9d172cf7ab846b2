import DataFiles
import Display
import Foundation

/// The file that `--output` names.
enum ResultFile {
    /// Writes all of a text or nothing: a reader never sees half of it. What is not an ordinary file (`/dev/null`, a pipe) is written
    /// into and never replaced; as root, a rename would otherwise put a file into its place.
    /// - Parameter mode: who may read it, from its first byte on. Nil: as new files are made here, and as the file was that is replaced.
    static func write(_ text: String, to path: String, mode: mode_t? = nil) throws(FileFault) {
        let url = URL(filePath: path).resolvingSymlinksInPath()
        var before = stat()
        let isThere = stat(url.path, &before) == 0
        guard !isThere || before.st_mode & S_IFMT == S_IFREG else {
            return try put(text, into: open(url.path, O_WRONLY | O_CLOEXEC), of: path)
        }
        let part = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).part").path
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode ?? 0o666)
        do throws(FileFault) {
            if file >= 0, mode == nil, isThere { fchmod(file, before.st_mode & 0o777) }
            try put(text, into: file, of: path)
            guard rename(part, url.path) == 0 else { throw FileFault(path, .written, errno: errno) }
        } catch {
            if file >= 0 { unlink(part) }
            throw error
        }
    }

    private static func put(_ text: String, into file: Int32, of path: String) throws(FileFault) {
        guard file >= 0 else { throw FileFault(path, .written, errno: errno) }
        let error = Screen.write(text, to: file)
        // Some file systems report only now that there is no room.
        let closed = close(file) == 0 ? 0 : errno
        guard error == 0, closed == 0 else { throw FileFault(path, .written, errno: error == 0 ? closed : error) }
    }
}
