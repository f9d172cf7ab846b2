import Foundation

/// A short text that changes whenever one of the contents put into it does (FNV-1a, 64 bits). It guards against the old
/// and not against an enemy.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    /// Adds bytes.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let isAdded: Void? = bytes.withContiguousStorageIfAvailable { add(UnsafeRawBufferPointer($0)) }
        if isAdded == nil { for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
    }

    /// Adds bytes that lie together: of a whole journal, quickly.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// Adds the content of a file.
    /// - Throws: the file system's error.
    package mutating func add(fileAt url: URL) throws(FileFault) { add(try BoundedFile.read(url, atMost: 1 << 30)) }

    /// A number below `count` that the contents decide, spread evenly.
    package func remainder(by count: Int) -> Int { Int(((hash ^ hash >> 32) & 0xFFFF_FFFF) % UInt64(max(1, count))) }

    /// The number itself.
    var value: UInt64 { hash }

    package var description: String { String(hash, radix: 16) }
}
