import Foundation
import Glibc

/// A running ssh-agent and the keys that it holds. libssh would offer all of them in the agent's order; ssh offers those that
/// the configuration names first, and perhaps those alone. So libssh gets an agent that holds what is to be offered.
struct Agent: Sendable {
    private let path: String
    /// The keys, as the protocol has them.
    let keys: [[UInt8]]

    private enum Kind {
        static let failure: UInt8 = 5
        static let list: UInt8 = 11
        static let listed: UInt8 = 12
        static let sign: UInt8 = 13
    }
    private static let longest = 1 << 18

    /// Nil if nothing answers there.
    init?(at path: String) {
        guard let socket = Self.connect(path) else { return nil }
        defer { close(socket) }
        guard Self.send([Kind.list], to: socket), let answer = Self.receive(from: socket, seconds: 5) else { return nil }
        var reader = WireReader(answer)
        guard reader.byte() == Kind.listed, let count = reader.number() else { return nil }
        var keys: [[UInt8]] = []
        for _ in 0..<min(count, 10_000) {
            guard let key = reader.string(), reader.string() != nil else { break }
            keys.append(key)
        }
        self.keys = keys
        self.path = path
    }

    /// A key to offer, and the key of the agent that signs for it: itself, or that of its certificate.
    struct Offer: Sendable {
        var shown: [UInt8]
        var signing: [UInt8]
    }

    /// A socket that answers like the agent if it held these keys alone, in this order. It belongs to whoever gets it, and the
    /// answering ends when it is closed.
    func socket(offering offers: [Offer]) -> Int32? {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return nil }
        let own = ends[1]
        Thread.detachNewThread { [path] in
            defer { close(own) }
            while let request = Self.receive(from: own) {
                guard Self.send(Self.answer(to: request, path, offers), to: own) else { return }
            }
        }
        return ends[0]
    }

    private static func answer(to request: [UInt8], _ path: String, _ offers: [Offer]) -> [UInt8] {
        var reader = WireReader(request)
        switch reader.byte() {
        case Kind.list:
            return [Kind.listed] + WireReader.bytes(offers.count) + offers.flatMap { WireReader.bytes($0.shown) + WireReader.bytes([]) }
        case Kind.sign:
            guard let key = reader.string(), let offer = offers.first(where: { $0.shown == key }), let data = reader.string(),
                let flags = reader.number(), let socket = connect(path)
            else { return [Kind.failure] }
            defer { close(socket) }
            let question = [Kind.sign] + WireReader.bytes(offer.signing) + WireReader.bytes(data) + WireReader.bytes(flags)
            return send(question, to: socket) ? receive(from: socket, seconds: 60) ?? [Kind.failure] : [Kind.failure]
        default: return [Kind.failure]
        }
    }

    /// Connects to a socket in the file system; nil if nobody answers there.
    static func connect(_ path: String) -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard bytes.count < place.count else { return false }
            place.copyBytes(from: bytes)
            return true
        }
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard fits, number >= 0 else { return nil }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if status == 0 { return number }
        close(number)
        return nil
    }

    private static func send(_ message: [UInt8], to socket: Int32) -> Bool {
        let bytes = WireReader.bytes(message)
        return Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// A whole message; nil at the end, or if there is none in time. Who asks an agent to confirm takes a while.
    private static func receive(from socket: Int32, seconds: Int? = nil) -> [UInt8]? {
        guard let head = read(4, from: socket, seconds) else { return nil }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        return count <= longest ? read(count, from: socket, seconds) : nil
    }

    private static func read(_ count: Int, from socket: Int32, _ seconds: Int?) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < count {
            var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let ready = poll(&polled, 1, seconds.map { Int32($0 * 1000) } ?? -1)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let got = recv(socket, &buffer, min(buffer.count, count - bytes.count), 0)
            guard got > 0 else { return nil }
            bytes += buffer[..<got]
        }
        return bytes
    }
}
