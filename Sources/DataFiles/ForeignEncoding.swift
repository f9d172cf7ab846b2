import Foundation

/// What a text that is not UTF-8 looks like, and what writes such: reported, and not guessed at while reading, since a wrong guess
/// would give students wrong names.
struct ForeignEncoding {
    private let data: Data

    init(_ data: Data) { self.data = data }

    /// What is wrong with the file, at the first byte that does not fit.
    func complaint(in path: String) -> Complaint {
        if let name = wide {
            return Complaint(
                Place(file: path, line: 1, column: 1),
                "the file is not UTF-8: it looks like \(name), as Excel's \"Unicode Text\" and PowerShell's > write",
                expected: Self.remedy(path))
        }
        let bytes = Array(data)
        let broken = Self.firstBroken(bytes)
        let before = bytes[..<broken]
        let lineStart = (before.lastIndex { $0 == 10 || $0 == 13 } ?? -1) + 1
        let line = before.count { $0 == 10 } + 1
        let place = Place(
            file: path, line: line, column: String(decoding: bytes[lineStart..<broken], as: UTF8.self).unicodeScalars.count + 1)
        return Complaint(place, "the file is not UTF-8: \(told(bytes, broken))", expected: Self.remedy(path))
    }

    private static func remedy(_ path: String) -> String {
        let isTable = ["csv", "tsv", "txt"].contains(URL(filePath: path).pathExtension.lowercased())
        return isTable ? "UTF-8; in Excel: Save As, \"CSV UTF-8 (Comma delimited)\"" : "UTF-8 text"
    }

    /// UTF-16 or UTF-32, by the mark in front or by every second byte being zero.
    private var wide: String? {
        let start = Array(data.prefix(64))
        if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        guard start.count >= 4 else { return nil }
        let zeros = start.indices.filter { start[$0] == 0 }
        return zeros.count * 3 >= start.count && Set(zeros.map { $0 % 2 }).count == 1 ? "UTF-16" : nil
    }

    private func told(_ bytes: [UInt8], _ place: Int) -> String {
        let byte = bytes[place]
        let hex = String(byte, radix: 16, uppercase: true)
        // Old Macintosh text has carriage returns alone between its lines.
        let isMacintosh = bytes.contains(13) && !bytes.contains(10)
        let name = isMacintosh ? "Mac OS Roman, as Excel's \"CSV (Macintosh)\" writes" : "Windows-1252, as Excel's plain \"CSV\" writes"
        guard let letter = isMacintosh ? Self.macintosh[byte] : Self.windows[byte] else { return "there is a byte \(hex) here" }
        return "the byte \(hex) here would be '\(letter)' in \(name)"
    }

    /// The letters of Mac OS Roman, by their bytes.
    private static let macintosh = letters("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü", from: 0x80)
    /// The letters of Windows-1252 beyond ASCII, by their bytes.
    private static let windows = letters("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ", from: 0xC0)
        .merging([0x8A: "Š", 0x8C: "Œ", 0x8E: "Ž", 0x92: "’", 0x9A: "š", 0x9C: "œ", 0x9E: "ž", 0x9F: "Ÿ"]) { first, _ in first }

    private static func letters(_ text: String, from first: UInt8) -> [UInt8: Character] {
        Dictionary(text.enumerated().map { (first + UInt8($0.offset), $0.element) }) { first, _ in first }
    }

    /// Where the first byte is that does not begin a UTF-8 character.
    private static func firstBroken(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var place = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): place += UTF8.width(scalar)
            case .emptyInput, .error: return min(place, max(0, bytes.count - 1))
            }
        }
    }
}
