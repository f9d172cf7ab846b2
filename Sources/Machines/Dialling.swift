import Glibc

/// A TCP connection to a host, with a time limit of its own, since libssh's messages do not distinguish refused from unreachable.
enum Dialling {
    /// Connects to any of the host's addresses, from the address that the configuration names.
    /// - Throws: `ConnectionError` or `CancellationError`.
    static func connect(_ client: ClientConfiguration, place: String, deadline: Deadline, cancellation: Cancellation) throws -> Int32 {
        let list = try resolve(client)
        defer { freeaddrinfo(list) }
        var last: ConnectionError?
        for address in sequence(first: list, next: { $0.pointee.ai_next }) {
            do {
                return try connect(address.pointee, client, place: place, deadline: deadline, cancellation: cancellation)
            } catch let error as ConnectionError {
                // What one address answered says more than that there is no way to another.
                if case .noWay = error, last != nil { continue }
                last = error
            }
        }
        throw last ?? .noWay(place: place, said: "no address")
    }

    private static func resolve(_ client: ClientConfiguration) throws(ConnectionError) -> UnsafeMutablePointer<addrinfo> {
        let family = ["inet": AF_INET, "inet6": AF_INET6][client.addressFamily] ?? AF_UNSPEC
        let (list, failure) = addresses(client.hostName, port: client.port, family: family)
        if let list { return list }
        if family != AF_UNSPEC, let other = addresses(client.hostName, port: client.port, family: AF_UNSPEC).list {
            freeaddrinfo(other)
            throw .ruledOut(option: "AddressFamily \(client.addressFamily)", why: "\(client.hostName) has no such address")
        }
        throw .nameUnknown(host: client.hostName, said: String(cString: gai_strerror(failure)))
    }

    private static func addresses(_ host: String, port: Int?, family: Int32, flags: Int32 = 0) -> (
        list: UnsafeMutablePointer<addrinfo>?, failure: Int32
    ) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = family
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, port.map(String.init), &hints, &list)
        return (failure == 0 ? list : nil, failure)
    }

    private static func connect(
        _ address: addrinfo, _ client: ClientConfiguration, place: String, deadline: Deadline, cancellation: Cancellation
    ) throws -> Int32 {
        let number = socket(address.ai_family, address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw ConnectionError.noWay(place: place, said: String(cString: strerror(errno))) }
        do {
            try bind(number, address.ai_family, client)
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

    private static func setOption(_ number: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func explain(_ code: Int32, _ place: String) -> ConnectionError {
        switch code {
        case ECONNREFUSED: .refused(place: place)
        // The kernel of this computer has sent nothing.
        case ENETUNREACH, EADDRNOTAVAIL, EACCES, EPERM, EINVAL, EAFNOSUPPORT: .noWay(place: place, said: String(cString: strerror(code)))
        default: .unreachable(place: place, said: String(cString: strerror(code)))
        }
    }

    /// Makes a connection come from the address of BindAddress or BindInterface.
    private static func bind(_ number: Int32, _ family: Int32, _ client: ClientConfiguration) throws(ConnectionError) {
        if let address = client.bindAddress {
            let option = "BindAddress \(address)"
            let (list, failure) = addresses(address, port: nil, family: family, flags: AI_PASSIVE)
            guard let list else { throw .ruledOut(option: option, why: String(cString: gai_strerror(failure))) }
            defer { freeaddrinfo(list) }
            guard Glibc.bind(number, list.pointee.ai_addr, list.pointee.ai_addrlen) == 0 else {
                throw .ruledOut(option: option, why: String(cString: strerror(errno)))
            }
        } else if let name = client.bindInterface {
            let option = "BindInterface \(name)"
            var list: UnsafeMutablePointer<ifaddrs>?
            guard getifaddrs(&list) == 0, let first = list else { throw .ruledOut(option: option, why: String(cString: strerror(errno))) }
            defer { freeifaddrs(list) }
            let up = UInt32(IFF_UP)
            let own = sequence(first: first, next: { $0.pointee.ifa_next }).first {
                String(cString: $0.pointee.ifa_name) == name && $0.pointee.ifa_flags & up != 0
                    && $0.pointee.ifa_addr.map { Int32($0.pointee.sa_family) } == family
            }
            guard let address = own?.pointee.ifa_addr else { throw .ruledOut(option: option, why: "it has no such address") }
            let size = family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
            guard Glibc.bind(number, address, socklen_t(size)) == 0 else {
                throw .ruledOut(option: option, why: String(cString: strerror(errno)))
            }
        }
    }

    /// What tells an open socket or pipe from any other.
    struct Identity: Equatable {
        var device: UInt
        var inode: UInt
    }

    /// What is open under a number; nil if nothing is.
    static func identity(of number: Int32) -> Identity? {
        var status = stat()
        guard number >= 0, fstat(number, &status) == 0 else { return nil }
        return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }

    /// The other end's address in digits, and whether it is this computer itself.
    static func peer(of number: Int32) -> (address: String, isLocal: Bool)? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let failure = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getpeername(number, address, &size) != 0
                    || getnameinfo(address, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) != 0
            }
        }
        guard !failure else { return nil }
        let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (address, address.hasPrefix("127.") || address == "::1")
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
