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
        if let rows = try? decoder.singleValueContainer().decode([[FactValue]].self) {
            self = .rows(rows)
        } else {
            self = .unknown(reason: try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .unknown))
        }
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
