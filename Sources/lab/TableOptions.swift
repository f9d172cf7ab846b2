import ArgumentParser
import Display
import Reports

/// How a command writes its table.
struct TableOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case pretty, json }

    @Option(help: "For people at a terminal, or for programs.") var format = Format.pretty

    /// Writes a table: for people by what `pretty` does, else as a document.
    func say(_ document: some TableDocument, pretty: () throws -> Void) throws {
        switch format {
        case .pretty: try pretty()
        case .json: Screen.write(try document.json())
        }
    }
}

/// A table as JSON. Its keys are in docs/reports.md, and stay.
protocol TableDocument: Encodable {}

extension TableDocument {
    /// The document, with `format` among its keys.
    func json() throws -> String { try JSONText.lines(Versioned(document: self)) }
}

/// A document with the version of its format beside its own keys.
private struct Versioned<Document: Encodable>: Encodable {
    enum CodingKeys: String, CodingKey { case format }
    var document: Document

    func encode(to encoder: any Encoder) throws {
        try document.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .format)
    }
}

/// A value whose key is there also without it, as `null`.
@propertyWrapper
struct OrNull<Value: Encodable>: Encodable {
    var wrappedValue: Value?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}
