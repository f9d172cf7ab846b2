import DataFiles

/// A value of a fact.
package enum FactValue: Sendable, Hashable, CustomStringConvertible {
    case null
    case text(String)
    case int(Int64)
    case real(Double)
    case bool(Bool)

    /// The value with its type: NULL and an empty text read the same, and so do 1 and '1'. JSON does not tell 1 from 1.0 and
    /// has no infinity, and what went through it must stay the same.
    fileprivate var exact: String {
        switch self {
        case .null: "n"
        case .text(let text): "t" + text
        case .int(let value): "i\(value)"
        case .real(let value): value.isFinite ? Int64(exactly: value).map { "i\($0)" } ?? "r\(value)" : "n"
        case .bool(let value): value ? "by" : "bn"
        }
    }

    /// As a number, if it is one.
    package var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .real(let value): value.isFinite ? value : nil
        case .null, .text, .bool: nil
        }
    }

    /// As a person reads it; NULL is an empty text.
    package var description: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .int(let value): String(value)
        case .real(let value): String(value)
        case .bool(let value): value ? "yes" : "no"
        }
    }
}

/// What one look at one table of one machine gave.
package enum Observation: Sendable, Hashable {
    /// It was seen. No row means: it is not there.
    case rows([[FactValue]])
    /// It could not be seen, and why. Never to be mixed with absence.
    case unknown(reason: String)

    /// Whether it was seen.
    package var isKnown: Bool { if case .rows = self { true } else { false } }

    /// Equal for equal observations, and short.
    package var fingerprint: String {
        var fingerprint = Fingerprint()
        switch self {
        case .rows(let rows):
            for row in rows {
                for value in row {
                    fingerprint.add(value.exact.utf8)
                    fingerprint.add(CollectionOfOne(0x1F))
                }
                fingerprint.add(CollectionOfOne(0x1E))
            }
        case .unknown(let reason): fingerprint.add("\u{1D}\(reason)".utf8)
        }
        return fingerprint.description
    }
}

/// What one machine reported in a round of looks.
package struct MachineFacts: Sendable, Hashable, Codable {
    package var machine: String
    /// Whether the machine was reached and logged in to.
    package var reached: Bool
    /// Why it was not reached.
    package var said: String?
    /// When the look began, by the workstation's clock, in seconds since 1970.
    package var asked: Double
    /// How long the look took, in seconds.
    package var seconds: Double
    package var tables: [String: Observation]
    /// The fingerprint of the host key that it showed, if it was reached over SSH.
    package var hostKey: String?

    package init(
        machine: String, reached: Bool, said: String? = nil, asked: Double = 0, seconds: Double = 0, tables: [String: Observation] = [:],
        hostKey: String? = nil
    ) {
        self.hostKey = hostKey
        self.machine = machine
        self.reached = reached
        self.said = said
        self.asked = asked
        self.seconds = seconds
        self.tables = tables
    }

    /// A machine that was not reached: each of these tables is unknown for this reason.
    /// - Parameter known: what the workstation saw of it all the same.
    package static func unreached(
        _ machine: String, said: String, seconds: Double, tables: [FactTable], besides known: [String: Observation] = [:]
    ) -> MachineFacts {
        let unknown = tables.map { ($0.name, Observation.unknown(reason: said)) }
        return MachineFacts(
            machine: machine, reached: false, said: said, seconds: seconds,
            tables: Dictionary(unknown) { first, _ in first }.merging(known) { $1 })
    }

    /// The same machine as not reached, with what the workstation saw of it.
    package func unreached(said: String, tables: [FactTable]) -> MachineFacts {
        let here = Set(tables.filter(\.isAtWorkstation).map(\.name))
        return .unreached(machine, said: said, seconds: 5, tables: tables, besides: self.tables.filter { here.contains($0.key) })
    }
}
