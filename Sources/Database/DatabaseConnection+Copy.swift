import CPostgreSQL

extension DatabaseConnection {
    /// Sends rows with COPY: all of them in one stream, instead of a round trip each.
    /// - Parameters:
    ///   - table: table and columns, as they come after COPY.
    ///   - seconds: how long to wait for the whole.
    /// - Throws: `DatabaseError` or `CancellationError`.
    package func copy(into table: String, _ rows: [[String?]], seconds: Double) throws {
        guard !rows.isEmpty else { return }
        let end = ContinuousClock.now + .seconds(seconds)
        guard PQsendQuery(handle.pointer, "COPY \(table) FROM STDIN") == 1 else { throw DatabaseError.lost(said: handle.said) }
        try waitUntilReady(end, seconds)
        guard let answer = PQgetResult(handle.pointer) else { throw DatabaseError.lost(said: handle.said) }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_COPY_IN else {
            let failure = error(of: answer)
            try drain(end, seconds)
            throw failure
        }
        var piece: [UInt8] = []
        for row in rows {
            CopyRow.append(row, to: &piece)
            if piece.count >= 64 << 10 {
                try send(piece, end, seconds)
                piece.removeAll(keepingCapacity: true)
            }
        }
        if !piece.isEmpty { try send(piece, end, seconds) }
        while true {
            let state = PQputCopyEnd(handle.pointer, nil)
            if state == 1 { break }
            guard state == 0 else { throw DatabaseError.lost(said: handle.said) }
            try waitUntilSent(end, seconds)
        }
        try drain(end, seconds)
    }

    private func send(_ piece: [UInt8], _ end: ContinuousClock.Instant, _ seconds: Double) throws {
        while true {
            let state = piece.withUnsafeBytes { bytes in
                PQputCopyData(handle.pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
            }
            if state == 1 { return }
            guard state == 0 else { throw DatabaseError.lost(said: handle.said) }
            try waitUntilSent(end, seconds)
        }
    }

    /// Takes the results that are left; the first error among them is thrown.
    func drain(_ end: ContinuousClock.Instant, _ seconds: Double) throws {
        var failure: DatabaseError?
        while true {
            try waitUntilReady(end, seconds)
            guard let result = PQgetResult(handle.pointer) else { break }
            defer { PQclear(result) }
            if PQresultStatus(result) != PGRES_COMMAND_OK, PQresultStatus(result) != PGRES_TUPLES_OK, failure == nil {
                failure = error(of: result)
            }
        }
        if let failure { throw failure }
    }
}

/// A row in the text format of COPY.
enum CopyRow {
    static func append(_ row: [String?], to bytes: inout [UInt8]) {
        for (index, value) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\t")) }
            guard let value else {
                bytes += [UInt8(ascii: "\\"), UInt8(ascii: "N")]
                continue
            }
            for byte in value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += [byte, byte]
                case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
                case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
                case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
                // PostgreSQL's texts cannot hold it.
                case 0: bytes += Array("\u{FFFD}".utf8)
                default: bytes.append(byte)
                }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
