import Foundation
import Glibc
import Synchronization

/// The signal that Ctrl-C sends, and what is done about it.
enum InterruptSignal {
    /// This many unheard presses end the program after all.
    private static let lastResort = 3

    private static let signalled = Atomic(false)
    private static let unheard = Atomic(0)
    private static let action = Mutex<(@Sendable () -> Void)?>(nil)

    static var wasSignalled: Bool { signalled.load(ordering: .acquiring) }

    /// What was pressed before does not count any more.
    static func forget() {
        signalled.store(false, ordering: .releasing)
        unheard.store(0, ordering: .releasing)
    }

    /// Does this from now on when Ctrl-C is pressed, on a thread of its own.
    /// - Returns: what was done before.
    static func replaceAction(_ new: (@Sendable () -> Void)?) -> (@Sendable () -> Void)? {
        action.withLock { current in
            defer { current = new }
            return current
        }
    }

    /// Takes over SIGINT, once and for all.
    static func listen() { _ = listening }

    private static let listening: Void = {
        _ = (signalled.load(ordering: .relaxed), unheard.load(ordering: .relaxed), pipeEnds)
        let reader = pipeEnds.reader
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(reader, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                guard let heard = action.withLock({ $0 }) else { continue }
                unheard.store(0, ordering: .releasing)
                heard()
            }
        }
        var handling = sigaction()
        // No SA_RESTART: whatever reads from the terminal has to wake up.
        handling.__sigaction_handler.sa_handler = { _ in InterruptSignal.note() }
        sigaction(SIGINT, &handling, nil)
    }()

    /// Takes SIGTERM for Ctrl-C as well, as engines for many tasks send it when the time is over, and SIGHUP, which comes when
    /// the terminal is closed. A program that has asked not to be hung up (`nohup`) is not.
    static func listenToTermination() {
        listen()
        for number in [SIGTERM, SIGHUP] {
            var before = sigaction()
            sigaction(number, nil, &before)
            if number == SIGHUP, isIgnored(before) { continue }
            var handling = sigaction()
            handling.__sigaction_handler.sa_handler = { _ in InterruptSignal.note() }
            sigaction(number, &handling, nil)
        }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// The signal handler. It may do next to nothing: it sets a flag and writes a byte, and a thread does the rest.
    private static func note() {
        let number = errno
        defer { errno = number }
        signalled.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        _ = write(pipeEnds.writer, &byte, 1)
        if unheard.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue >= lastResort {
            signal(SIGINT, SIG_DFL)
            raise(SIGINT)
        }
    }

    private static let pipeEnds: (reader: Int32, writer: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }()
}
