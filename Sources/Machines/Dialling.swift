import Glibc

/// A TCP connection to a host, with a time limit of its own, since libssh's messages do not distinguish refused from unreachable.
enum Dialling {
    /// Connects to any of the host's addresses.
    /// - Throws: `ConnectionError` or `CancellationError`.
    static func connect(host: String, port: Int, family: String = "any", place: String, deadline: Deadline, cancellation: Cancellation)
        throws -> Int32
    {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = ["inet": AF_INET, "inet6": AF_INET6][family] ?? AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, String(port), &hints, &list)
        guard failure == 0, let first = list else {
            throw ConnectionError.nameUnknown(host: host, said: String(cString: gai_strerror(failure)))
        }
        defer { freeaddrinfo(list) }
        var last: any Error = ConnectionError.unreachable(place: place, said: "no address")
        for address in sequence(first: first, next: { $0.pointee.ai_next }) {
            do {
                return try connect(address.pointee, place: place, deadline: deadline, cancellation: cancellation)
            } catch let error as ConnectionError {
                last = error
            }
        }
        throw last
    }

    private static func connect(_ address: addrinfo, place: String, deadline: Deadline, cancellation: Cancellation) throws -> Int32 {
        let number = socket(address.ai_family, address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw ConnectionError.unreachable(place: place, said: String(cString: strerror(errno))) }
        do {
            if Glibc.connect(number, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw explain(errno, place) }
                try deadline.wait(for: number, events: Int16(POLLOUT), cancellation: cancellation, stage: .connecting, place: place)
                var code: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
                guard code == 0 else { throw explain(code, place) }
            }
        } catch {
            close(number)
            throw error
        }
        setOption(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // A machine that lost its power is noticed in under half a minute, even while nothing is said.
        setOption(number, SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(number, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 10)
        setOption(number, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
        setOption(number, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        return number
    }

    /// Asks the kernel to acknowledge at once what comes next: delayed acknowledgements cost up to 40 ms a login.
    static func acknowledgeQuickly(_ number: Int32) { setOption(number, Int32(IPPROTO_TCP), TCP_QUICKACK, 1) }

    /// What tells an open socket from any other; nil if it is not open.
    static func identity(of number: Int32) -> UInt? {
        var status = stat()
        return number >= 0 && fstat(number, &status) == 0 ? UInt(status.st_ino) : nil
    }

    private static func setOption(_ number: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func explain(_ code: Int32, _ place: String) -> ConnectionError {
        code == ECONNREFUSED ? .refused(place: place) : .unreachable(place: place, said: String(cString: strerror(code)))
    }
}

/// The moment at which something has to be done.
struct Deadline: Sendable {
    private(set) var end: ContinuousClock.Instant
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
        end = .now + .seconds(seconds)
    }

    /// Waits for a person, which takes none of the machine's time.
    mutating func pausing<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        defer { end += .now - start }
        return try body()
    }

    var isOver: Bool { ContinuousClock.now >= end }

    /// Waits until a descriptor is ready. Without a descriptor, for a moment only.
    /// - Throws: `ConnectionError.timedOut` at the deadline, `CancellationError` when cancelled.
    func wait(for number: Int32, events: Int16, atMost: Int? = nil, cancellation: Cancellation, stage: ConnectionError.Stage, place: String)
        throws
    {
        var polls = [
            pollfd(fd: number, events: events, revents: 0), pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            if cancellation.isCancelled { throw CancellationError() }
            let left = end - .now
            guard left > .zero else { throw ConnectionError.timedOut(stage: stage, place: place, seconds: seconds) }
            let milliseconds = min(left / .milliseconds(1), Double(atMost ?? 1000))
            let ready = poll(&polls, 2, max(1, Int32(milliseconds)))
            if ready < 0, errno != EINTR { return }
            if polls[1].revents != 0 { throw CancellationError() }
            if ready > 0 || atMost != nil { return }
        }
    }
}
