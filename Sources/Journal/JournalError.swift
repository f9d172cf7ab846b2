/// Why a journal cannot be kept.
package enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another `lab` writes to it.
    case inUse(path: String, pid: String?)
    /// The file cannot be opened or written.
    case unusable(path: String, doing: String, said: String)
    /// A line in the middle is not an entry: somebody edited the file, or the disk did.
    case damaged(path: String, line: Int)
    /// It cannot be opened or read, when nothing is to be written.
    case unreadable(path: String, said: String)
    /// It is not a journal.
    case foreign(path: String, why: String)

    package var description: String {
        switch self {
        case .inUse(let path, let pid):
            """
            Another lab\(pid.map { " (process \($0))" } ?? "") is open on this walk, and two would mix up its journal.
            Close the other one, or look at the walk there. The journal is \(path)
            """
        case .unusable(let path, let doing, let said):
            """
            The journal cannot be kept: \(doing) failed (\(said)).
            It is \(path)
            Nothing that was confirmed so far is lost. Make room or fix the permissions, then start lab again.
            """
        case .damaged(let path, let line):
            """
            Line \(line) of the journal cannot be read, so it is not certain where you are.
            Nothing was changed. Look at the line, or move the file away to begin a new walk: \(path)
            """
        case .unreadable(let path, let said): "The journal cannot be read (\(said)): \(path)"
        case .foreign(let path, let why):
            """
            This is not a journal of lab: \(why).
            Nothing was changed. The file is \(path)
            """
        }
    }
}
