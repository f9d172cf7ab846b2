import Course
import DataFiles
import Foundation

/// Reads what a ``LookScript`` printed, from bytes as they come. Only lines with the nonce count: whatever else a machine
/// prints (banners, forged frames of an earlier look) is passed over.
package struct LookReader: Sendable {
    private let mark: [UInt8]
    private let nonce: String
    private var line: [UInt8] = []
    private var skipping = false
    private var answers: [String: Answer] = [:]
    private(set) var sudoSaid = ""

    /// What a table's probe answered.
    struct Answer: Sendable {
        /// Nil if the answer did not come whole.
        var status: Int?
        var output: [UInt8]
    }

    /// The longest line that an honest script can print: many answers in one.
    static let lineLimit = LookScript.outputLimitTogether * 4 / 3 + 512

    package init(nonce: String) {
        self.nonce = nonce
        mark = Array("LAB\(nonce) ".utf8)
    }

    /// Takes the next bytes.
    package mutating func take(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            if !skipping {
                line += rest[..<(end ?? rest.endIndex)]
                skipping = line.count > Self.lineLimit
                if skipping { line = [] }
            }
            guard let end else { return }
            if !skipping { read(line) }
            line.removeAll(keepingCapacity: true)
            skipping = false
            rest = rest[(end + 1)...]
        }
    }

    /// Whether any answer of the look has come.
    package var hasAnswers: Bool { !answers.isEmpty }

    /// Whether the script came to its end.
    package var isComplete: Bool { answers["end"] != nil }

    private mutating func read(_ line: [UInt8]) {
        guard line.starts(with: mark) else { return }
        let words = line.dropFirst(mark.count).split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, let name = String(validating: words[0], as: UTF8.self), answers[name] == nil else { return }
        switch name {
        case "end", "root-end", Self.noGetent: answers[name] = Answer(status: 0, output: [])
        case "sudo":
            let said = Data(base64Encoded: Data(words[1])).map { Array($0) } ?? []
            sudoSaid = String(decoding: said, as: UTF8.self)
            answers[name] = Answer(status: 0, output: said)
        case Self.together: readTogether(Array(words[1]))
        default: answers[name] = Self.decode(Array(words[1]))
        }
    }

    /// Many answers in one, each behind a line with the nonce, and with the end of that line before the next. One without a status
    /// at its end did not come whole, and is asked again alone.
    private mutating func readTogether(_ field: [UInt8]) {
        let text = Data(base64Encoded: Data(field)).map { Array($0) } ?? []
        var name: String?
        var start = text.startIndex
        func keep(upTo end: Int) {
            guard let name, answers[name] == nil else { return }
            let answer = Self.answer(in: text[start..<end])
            if answer.status != nil || !answer.output.isEmpty { answers[name] = answer }
        }
        for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: mark) {
            // The first line of the probe follows; the end of the line before is none of the answer's.
            if name != nil { keep(upTo: line.startIndex - 1) }
            name = String(validating: line.dropFirst(mark.count), as: UTF8.self)
            start = min(line.endIndex + 1, text.endIndex)
        }
        keep(upTo: text.endIndex)
    }

    /// One answer in base64.
    static func decode(_ field: [UInt8]) -> Answer { answer(in: (Data(base64Encoded: Data(field)).map { Array($0) } ?? [])[...]) }

    /// What a probe printed and, behind it between two dots, its exit status. Without the status at its end it is not a whole answer,
    /// whatever came before.
    private static func answer(in bytes: ArraySlice<UInt8>) -> Answer {
        // Cut by its limit: the rest does not matter.
        guard bytes.count <= LookScript.outputLimit else { return Answer(status: nil, output: Array(bytes)) }
        let dot = UInt8(ascii: ".")
        guard bytes.last == dot, let open = bytes.dropLast().lastIndex(of: dot),
            let status = Int(String(decoding: bytes[(open + 1)..<(bytes.endIndex - 1)], as: UTF8.self))
        else { return Answer(status: nil, output: []) }
        return Answer(status: status, output: Array(bytes[..<open]))
    }

    /// What was observed of the tables that were asked for.
    /// - Parameter cut: why nothing more came, if the script did not come to its end.
    package func observations(of tables: [FactTable], cut: String) -> [String: Observation] {
        var observations: [String: Observation] = [:]
        for table in tables where !table.isQuery { observations[table.name] = observe(table, cut: cut) }
        for (database, queries) in Dictionary(grouping: tables.filter(\.isQuery), by: \.database) {
            observations.merge(observeQueries(queries, in: database, cut: cut)) { $1 }
        }
        return observations
    }

    private func observe(_ table: FactTable, cut: String) -> Observation {
        guard let answer = answers[table.name] else { return .unknown(reason: whyMissing(table, cut: cut)) }
        if let reason = Self.trouble(answer, limit: table.limit) { return .unknown(reason: reason) }
        return Self.rows(answer.output[...], table)
    }

    private func observeQueries(_ tables: [FactTable], in database: Template?, cut: String) -> [String: Observation] {
        var observations: [String: Observation] = [:]
        guard let answer = answers[Psql.answer(of: database)] else {
            for table in tables { observations[table.name] = .unknown(reason: whyMissing(table, cut: cut)) }
            return observations
        }
        let sections = QuerySections(answer.output, nonce: nonce)
        let trouble = Self.trouble(answer, limit: tables.map(\.limit).max() ?? 5)
        for table in tables {
            switch sections.found[table.name] {
            case .answered(let text): observations[table.name] = Self.rows(text, table)
            case .failed(let message): observations[table.name] = .unknown(reason: message)
            case nil: observations[table.name] = .unknown(reason: trouble ?? "psql gave no answer")
            }
        }
        return observations
    }

    private func whyMissing(_ table: FactTable, cut: String) -> String {
        if table.account == .student { return isComplete ? Self.notWhole : cut }
        if answers[Self.noAccount(table.account)] != nil { return "there is no account \(table.account.name)" }
        if table.account != .root, answers[Self.noGetent] != nil {
            return "getent could not tell whether there is an account \(table.account.name)"
        }
        if let sudo { return sudo.description }
        return isComplete ? Self.notWhole : cut
    }

    /// The names of answers about an account: no table's name has a hyphen.
    static func noAccount(_ account: Account) -> String { "no-account-\(account.name)" }
    static let noGetent = "no-getent"
    /// The name of an answer that is many.
    static let together = "all-together"

    /// Why sudo gave no root shell; nil if it did, or if the script did not come to its end.
    package var sudo: SudoState? {
        answers["root-end"] == nil && answers["end"] != nil ? SudoState(saying: sudoSaid) : nil
    }

    private static let notWhole = "the answer did not come whole: base64 or head failed on the machine"

    private static func trouble(_ answer: Answer, limit: Int) -> String? {
        if answer.output.count > LookScript.outputLimit { return "more than \(LookScript.outputLimit >> 10) KiB of output" }
        switch answer.status {
        case nil: return notWhole
        case 0?: return nil
        case 124, 137: return "no answer in \(limit) s"
        case let status?:
            let text = String(decoding: answer.output, as: UTF8.self)
            // A line that begins with a tab goes on with the one before.
            let said = text.split(separator: "\n").last { !$0.hasPrefix("+\t") && !$0.hasPrefix("\t") }
            if said == "!sed" { return "sed failed on the machine" }
            return said.map { String($0.prefix(200)) } ?? "the look ended with status \(status)"
        }
    }

    private static func rows(_ text: ArraySlice<UInt8>, _ table: FactTable) -> Observation {
        do {
            return .rows(try CopyText.rows(of: text, columns: table.columns))
        } catch {
            return .unknown(reason: error.reason)
        }
    }
}

/// The answers of many queries in the output of one `psql`, told apart by lines with the nonce.
struct QuerySections {
    enum Section {
        /// Its lines.
        case answered(ArraySlice<UInt8>)
        case failed(String)
    }
    var found: [String: Section] = [:]

    init(_ text: [UInt8], nonce: String) {
        let (begins, ends) = (Array("B\(nonce) ".utf8), Array("E\(nonce) ".utf8))
        var name: String?
        var start = text.startIndex
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: begins) {
                name = String(decoding: line.dropFirst(begins.count), as: UTF8.self)
                start = line.endIndex
            } else if line.starts(with: ends), let table = name {
                let words = String(decoding: line.dropFirst(ends.count), as: UTF8.self).split(separator: " ", maxSplits: 1)
                found[table] =
                    words.first == "true"
                    ? .failed(words.count > 1 ? String(words[1].prefix(200)) : "the query failed")
                    : .answered(text[start..<line.startIndex])
                name = nil
            }
        }
    }
}
