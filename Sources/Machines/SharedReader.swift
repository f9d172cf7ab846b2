import Facts
import Synchronization

/// A look's reader that is fed on the connection's thread and read afterwards.
final class SharedReader: Sendable {
    private let reader: Mutex<LookReader>

    init(nonce: String) { reader = Mutex(LookReader(nonce: nonce)) }

    func take(_ bytes: [UInt8]) { reader.withLock { $0.take(bytes) } }
    var value: LookReader { reader.withLock { $0 } }
}
