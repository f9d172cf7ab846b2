import Foundation
import Glibc
import Racing

/// The little that is needed of sockets.
enum Network {
    /// A port of this computer that nobody uses now; 0 when there is none.
    static func freePort() -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return 0 }
        defer { close(socket) }
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withAddress(&address) { bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0 }
        return bound ? Int(in_port_t(bigEndian: address.sin_port)) : 0
    }

    /// Whether somebody listens on a port of this computer. Answers at once: loopback does not keep anybody waiting.
    static func listens(onPort port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = loopback(port: in_port_t(truncatingIfNeeded: port))
        return withAddress(&address) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }

    /// The address of a host as numbers, asked for at most 3 s; nil when nobody knows it.
    static func resolve(_ host: String) async -> String? {
        let race = Race<String?>()
        Thread.detachNewThread { race.settle(.success(lookUp(host))) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 3) { race.settle(.success(nil)) }
        return try? await withTaskCancellationHandler {
            try await race.outcome().get()
        } onCancel: {
            race.settle(.success(nil))
        }
    }

    private static func lookUp(_ host: String) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(list) }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(first.pointee.ai_addr, first.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func loopback(port: in_port_t) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    private static func withAddress<Result>(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result {
        withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }
}
