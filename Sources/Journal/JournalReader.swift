import DataFiles
import Foundation
import Glibc

/// A journal's file, opened to be read: where each of its lines is, of what kind and when, and any of its entries on demand.
///
/// Lines are found by their line breaks and told apart by how they begin, without decoding them, so that a journal of
/// hundreds of thousands of entries opens at once and takes little memory.
package final class JournalReader: Sendable {
    /// One line, which is one entry.
    package struct Line: Sendable, Hashable {
        /// Counted from 1, as an editor does.
        package var number: Int
        package var kind: Event.Kind
        /// In seconds since 1970; that of the line before if it cannot be read.
        package var at: Int
        /// Equal for lines about the same step, and for those about the same task of a step.
        package var subject: UInt32 = 0
        /// Equal for runs of tasks at the same place.
        package var place: UInt32 = 0
        let offset: Int
        let length: Int
    }

    /// Something that is not as `lab` wrote it.
    package enum Flaw: Sendable, Hashable {
        /// The last line has no end.
        case torn
        /// A line that is not an entry.
        case unreadable(line: Int)
        /// A line that was changed, or follows one that was changed or taken out.
        case edited(line: Int)
    }

    package let url: URL
    package let lines: [Line]
    package let flaws: [Flaw]
    /// How many bytes are whole lines.
    let wholeSize: Int
    /// The file's size when it was opened, in bytes.
    let size: Int
    /// What the next line's seal goes on from.
    let seal: String
    private let file: OpenFile

    /// A longer line is not part of a journal.
    private static let longestLine = 64 << 20

    private final class OpenFile: Sendable {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Opens a journal and finds its lines.
    /// - Throws: `JournalError.unreadable`, or `.foreign` if it is something other than a journal.
    package init(_ url: URL) throws(JournalError) {
        self.url = url
        // A pipe must not be waited for: whether it is a file is asked of what is open.
        let number = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw .unreadable(path: url.path, said: String(cString: strerror(errno))) }
        file = OpenFile(number)
        var about = stat()
        guard fstat(number, &about) == 0 else { throw .unreadable(path: url.path, said: String(cString: strerror(errno))) }
        if let kind = BoundedFile.kind(about) { throw .foreign(path: url.path, why: kind) }
        var finder = LineFinder()
        do {
            try Self.scan(number) { finder.take($0) }
        } catch {
            throw .unreadable(path: url.path, said: error.said)
        }
        if let why = finder.foreign { throw .foreign(path: url.path, why: why) }
        lines = finder.lines
        flaws = finder.flaws + (finder.hasRest ? [.torn] : [])
        wholeSize = finder.offset
        size = finder.offset + finder.restCount
        seal = finder.seal
    }

    /// The entry of a line.
    /// - Throws: `JournalError.damaged`.
    package func entry(_ line: Line) throws(JournalError) -> Entry {
        var data = Data(count: line.length)
        let count = data.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, line.length, off_t(line.offset)) }
        guard count == line.length, let entry = try? JournalLine.decode(data) else { throw .damaged(path: url.path, line: line.number) }
        return entry
    }

    private struct ReadingFailed: Error { var said: String }

    private static func scan(_ number: Int32, _ take: (UnsafeRawBufferPointer) -> Bool) throws(ReadingFailed) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { room.deallocate() }
        while true {
            let count = read(number, room.baseAddress, room.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ReadingFailed(said: String(cString: strerror(errno))) }
            guard count > 0, take(UnsafeRawBufferPointer(rebasing: room[..<count])) else { return }
        }
    }

    /// Finds lines in pieces of a file.
    private struct LineFinder {
        private(set) var lines: [Line] = []
        private(set) var flaws: [Flaw] = []
        private(set) var foreign: String?
        /// The bytes of the whole lines so far.
        private(set) var offset = 0
        private(set) var seal = ""
        private var rest: [UInt8] = []
        private var number = 0

        var hasRest: Bool { !rest.isEmpty }
        var restCount: Int { rest.count }

        /// - Returns: whether to go on.
        mutating func take(_ piece: UnsafeRawBufferPointer) -> Bool {
            var start = 0
            while start < piece.count, let base = piece.baseAddress {
                guard let end = memchr(base + start, 10, piece.count - start) else {
                    rest.append(contentsOf: piece[start...])
                    guard rest.count <= JournalReader.longestLine else {
                        foreign = "it has a line of more than \(JournalReader.longestLine >> 20) MiB"
                        return false
                    }
                    return true
                }
                let stop = base.distance(to: UnsafeRawPointer(end))
                if rest.isEmpty {
                    line(UnsafeRawBufferPointer(rebasing: piece[start..<stop]))
                } else {
                    rest.append(contentsOf: piece[start..<stop])
                    let whole = rest
                    rest = []
                    whole.withUnsafeBytes { line($0) }
                }
                guard foreign == nil else { return false }
                start = stop + 1
            }
            return true
        }

        /// A number for the value of a key: equal for equal values. In a JSON text a quotation mark has a backslash before it, so
        /// the key is found nowhere else; what comes after the value ends it.
        private static func hash(of key: StaticString, in bytes: UnsafeRawBufferPointer) -> UInt32 {
            guard let start = end(of: key, in: bytes) else { return 0 }
            var hash: UInt32 = 2_166_136_261
            for byte in bytes[start...] {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") { break }
                hash = (hash ^ UInt32(byte)) &* 16_777_619
            }
            return hash
        }

        /// Where a key ends that is somewhere in a line.
        private static func end(of key: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
            guard let base = bytes.baseAddress else { return nil }
            let length = key.utf8CodeUnitCount
            var place = 0
            while place + length <= bytes.count,
                let found = memchr(base + place, Int32(key.utf8Start.pointee), bytes.count - length - place + 1)
            {
                place = base.distance(to: UnsafeRawPointer(found))
                if memcmp(base + place, key.utf8Start, length) == 0 { return place + length }
                place += 1
            }
            return nil
        }

        private mutating func line(_ bytes: UnsafeRawBufferPointer) {
            defer { offset += bytes.count + 1 }
            number += 1
            guard !bytes.isEmpty else { return }
            let (isIntact, next) = JournalLine.check(bytes, after: seal)
            seal = next
            var kind = Event.Kind.other
            var at = lines.last?.at ?? 0
            if let head = LineHead(bytes) {
                (kind, at) = (head.kind, head.at)
            } else if let entry = try? JournalLine.decode(Data(bytes)) {
                // Somebody wrote it in another order, or with blanks.
                (kind, at) = (entry.event.kind, Int(entry.at.timeIntervalSince1970))
            }
            if kind == .other {
                guard number > 1 else {
                    foreign = "its first line is not one that lab writes"
                    return
                }
                flaws.append(.unreadable(line: number))
            } else if !isIntact {
                flaws.append(.edited(line: number))
            }
            var line = Line(number: number, kind: kind, at: at, offset: offset, length: bytes.count)
            switch kind {
            case .step: line.subject = Self.hash(of: #""_0":""#, in: bytes)
            case .begin, .run:
                line.subject = Self.hash(of: #","step":""#, in: bytes) &* 31 &+ Self.hash(of: #","task":"#, in: bytes)
                line.place = Self.hash(of: #","machine":""#, in: bytes)
            default: break
            }
            lines.append(line)
        }
    }
}

/// How a line of a journal begins: `{"at":"2026-11-25T14:37:33Z","event":{"check":`.
private struct LineHead {
    var kind: Event.Kind
    var at: Int

    private static let lead = Array(#"{"at":""#.utf8)
    private static let middle = Array(#"","event":{""#.utf8)
    private static let kinds: [(name: [UInt8], kind: Event.Kind)] = Event.Kind.allCases.filter { $0 != .other }.map {
        (Array($0.rawValue.utf8) + [UInt8(ascii: "\"")], $0)
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        let dateStart = Self.lead.count
        let dateEnd = dateStart + 20
        let nameStart = dateEnd + Self.middle.count
        guard bytes.count > nameStart + 4, bytes.last == UInt8(ascii: "}"), bytes.starts(with: Self.lead),
            bytes[dateEnd..<nameStart].elementsEqual(Self.middle), let at = Self.seconds(bytes[dateStart..<dateEnd])
        else { return nil }
        guard let found = Self.kinds.first(where: { bytes[nameStart...].starts(with: $0.name) }) else { return nil }
        kind = found.kind
        self.at = at
    }

    /// `2026-11-25T14:37:33Z` in seconds since 1970.
    private static func seconds(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        func number(_ from: Int, _ count: Int) -> Int? {
            var value = 0
            for byte in text.dropFirst(from).prefix(count) {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            return value
        }
        guard text.last == UInt8(ascii: "Z"), let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2), (1...12).contains(month)
        else { return nil }
        // The days of the civil calendar, counted from March on so that the leap day is the last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }
}
