import DataFiles
import Foundation

/// One line of a journal: an entry as JSON with sorted keys, and at its end a seal over it and all lines before it.
///
/// The seal shows a line that was changed or taken out by hand or by a disk. It is not a signature: anyone who knows this file can
/// make a journal of their own.
enum JournalLine {
    private static let sealKey = Array(#","seal":""#.utf8)
    private static let sealDigits = 16
    /// `,"seal":"0123456789abcdef"}`
    private static let sealLength = sealKey.count + sealDigits + 2

    /// The line without its end, and the seal that the next line goes on from.
    /// - Throws: the encoder's error.
    static func encode(_ entry: Entry, after seal: String) throws -> (line: Data, seal: String) {
        var line = try encoder.encode(entry)
        let own = line.withUnsafeBytes { self.seal(of: UnsafeRawBufferPointer(rebasing: $0.dropLast()), after: seal) }
        line.removeLast()
        line.append(contentsOf: sealKey)
        line.append(contentsOf: own.utf8)
        line.append(contentsOf: #""}"#.utf8)
        return (line, own)
    }

    /// The seal that a line carries and whether it is the right one, and what the next line goes on from. A line of a lab
    /// that did not seal yet is taken as it is.
    static func check(_ line: UnsafeRawBufferPointer, after seal: String) -> (isIntact: Bool, seal: String) {
        guard let said = said(line) else { return (true, self.seal(of: line, after: "")) }
        return (said == self.seal(of: UnsafeRawBufferPointer(rebasing: line.dropLast(sealLength)), after: seal), said)
    }

    private static func said(_ line: UnsafeRawBufferPointer) -> String? {
        guard line.count > sealLength, line.suffix(sealLength).starts(with: sealKey) else { return nil }
        return String(decoding: line.suffix(sealDigits + 2).dropLast(2), as: UTF8.self)
    }

    private static func seal(of bytes: UnsafeRawBufferPointer, after seal: String) -> String {
        var fingerprint = Fingerprint()
        fingerprint.add(seal.utf8)
        fingerprint.add(bytes)
        let text = fingerprint.description
        return String(repeating: "0", count: max(0, sealDigits - text.utf8.count)) + text
    }

    /// - Throws: the decoder's error.
    static func decode(_ line: Data) throws -> Entry {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Entry.self, from: line)
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
