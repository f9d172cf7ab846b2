/// A place in the write-ahead log (PostgreSQL's `pg_lsn`).
package struct WALLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Bytes since the beginning of the log.
    package var bytes: UInt64

    package init(bytes: UInt64) { self.bytes = bytes }

    /// Such as `0/3000148`; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16) else { return nil }
        bytes = UInt64(high) << 32 | UInt64(low)
    }

    package var description: String {
        "\(String(bytes >> 32, radix: 16, uppercase: true))/\(String(bytes & 0xFFFF_FFFF, radix: 16, uppercase: true))"
    }

    package static func < (left: WALLocation, right: WALLocation) -> Bool { left.bytes < right.bytes }
}
