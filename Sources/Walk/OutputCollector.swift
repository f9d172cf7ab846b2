import Synchronization

/// Keeps the output of a task in the order in which it came, both streams together, up to a bound.
final class OutputCollector: Sendable {
    private let kept = Mutex<[UInt8]>([])
    private static let limit = 64 << 10

    func take(_ bytes: [UInt8]) {
        kept.withLock { kept in
            kept += bytes.prefix(max(0, Self.limit - kept.count))
        }
    }

    var bytes: [UInt8] { kept.withLock { $0 } }
}
