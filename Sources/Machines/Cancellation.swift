import Glibc
import Synchronization

/// Tells a thread that waits in `poll` to stop: a flag, and a pipe that becomes readable.
final class Cancellation: Sendable {
    private let flag = Atomic(false)
    /// Readable once cancelled.
    let descriptor: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writer = ends[1]
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if writer >= 0 { close(writer) }
    }

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() {
        flag.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }
}
