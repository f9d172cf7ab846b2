import DataFiles
import Foundation

/// Facts of all machines of one student as a file: what `lab record` writes, and what rules are tested on.
///
/// The format is JSON: per machine its tables, each a list of rows, or the reason why it could not be observed.
package struct RecordedFacts: Sendable, Hashable, Codable {
    package var format = 1
    package var lab: String
    package var platform: String
    package var environment: String
    /// The addresses of the machines, by name.
    package var addresses: [String: String]
    package var machines: [MachineFacts]

    package init(lab: String, platform: String, environment: String, addresses: [String: String], machines: [MachineFacts]) {
        self.lab = lab
        self.platform = platform
        self.environment = environment
        self.addresses = addresses
        self.machines = machines
    }

    /// Reads a file.
    /// - Throws: `FileFault`.
    package static func load(_ url: URL) throws(FileFault) -> RecordedFacts {
        let data = try BoundedFile.read(url, atMost: 512 << 20)
        do {
            return try JSONDecoder().decode(RecordedFacts.self, from: data)
        } catch {
            throw FileFault(url.relativePath, .read, said: "it is not a file from lab record, or was cut short")
        }
    }

    /// As JSON, in a stable order.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

extension Observation: Codable {
    private enum Key: String, CodingKey { case unknown }

    package init(from decoder: any Decoder) throws {
        if var rows = try? decoder.unkeyedContainer() {
            self = .rows(try Self.read(&rows))
        } else {
            self = .unknown(reason: try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .unknown))
        }
    }

    /// JSON's types are told apart strictly, so the order in which they are tried changes nothing but the time: a value is mostly of
    /// the type that the one above it has, and each that is tried in vain is an error that is thrown and caught.
    private static func read(_ container: inout any UnkeyedDecodingContainer) throws -> [[FactValue]] {
        var rows: [[FactValue]] = []
        while !container.isAtEnd {
            var cells = try container.nestedUnkeyedContainer()
            let above = rows.last
            var row: [FactValue] = []
            while !cells.isAtEnd {
                if try cells.decodeNil() {
                    row.append(.null)
                    continue
                }
                switch above?.indices.contains(row.count) == true ? above?[row.count] : nil {
                case .int?:
                    if let value = try? cells.decode(Int64.self) {
                        row.append(.int(value))
                    } else {
                        row.append(try cells.decode(FactValue.self))
                    }
                case .bool?:
                    if let value = try? cells.decode(Bool.self) {
                        row.append(.bool(value))
                    } else {
                        row.append(try cells.decode(FactValue.self))
                    }
                default: row.append(try cells.decode(FactValue.self))
                }
            }
            rows.append(row)
        }
        return rows
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .rows(let rows):
            var container = encoder.singleValueContainer()
            try container.encode(rows)
        case .unknown(let reason):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(reason, forKey: .unknown)
        }
    }
}

extension FactValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // JSON's types are told apart strictly, so the order changes nothing but the time: most values are texts.
        if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else {
            self = .real(try container.decode(Double.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .int(let value): try container.encode(value)
        // JSON has no infinity and no NaN.
        case .real(let value): if value.isFinite { try container.encode(value) } else { try container.encodeNil() }
        case .bool(let value): try container.encode(value)
        }
    }
}

extension MachineFacts {
    /// The facts as far as they have the form that the tables have now. What was recorded in another form is unknown: rows
    /// that were dropped in silence would look as if nothing were there.
    package func fitting(_ catalog: FactCatalog) -> MachineFacts {
        var facts = self
        facts.tables = [:]
        for table in catalog.tables {
            guard let observation = tables[table.name] else { continue }
            if case .rows(let rows) = observation, !rows.allSatisfy({ $0.fits(table.columns) }) {
                facts.tables[table.name] = .unknown(reason: "it was recorded in a form that this lab does not know")
            } else {
                facts.tables[table.name] = observation
            }
        }
        return facts
    }
}

extension [FactValue] {
    fileprivate func fits(_ columns: [FactTable.Column]) -> Bool {
        count == columns.count
            && zip(self, columns).allSatisfy { value, column in
                switch (value, column.type) {
                case (.null, _), (.text, .text), (.int, .int), (.int, .real), (.real, .real), (.bool, .bool): true
                // A text that is written like a number may come back as one; JSON does not tell 1 from 1.0.
                case (.real(let number), .int): number == number.rounded()
                default: false
                }
            }
    }
}
