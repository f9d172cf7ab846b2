import Foundation

extension FileShape {
    /// The JSON Schema of such files, with a line break at the end.
    package func schema(title: String) throws -> String {
        var schema = schema
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        schema["title"] = title
        let data = try JSONSerialization.data(withJSONObject: schema, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private var schema: [String: Any] {
        let ways = ways
        return ways.count == 1 ? ways[0] : ways.isEmpty ? [:] : ["anyOf": ways]
    }

    /// The forms that the value may have.
    private var ways: [[String: Any]] {
        var ways: [[String: Any]] = []
        if let scalar { ways.append(scalar) }
        if questions.contains(.mapping) { ways.append(mapping) }
        if questions.contains(.list) || questions.contains(.listOrOne) {
            // One entry stands for a list of one, also where no file has written it so.
            let entry = item ?? FileShape.merged(nil, self).withoutLists
            let one = questions.contains(.listOrOne) ? scalar : nil
            var list: [String: Any] = ["type": "array", "items": one ?? entry.schema]
            if !questions.contains(.mayBeEmpty) { list["minItems"] = 1 }
            if questions.contains(.listOrOne), ways.isEmpty { ways += entry.ways }
            ways.append(list)
        }
        return ways
    }

    private var withoutLists: FileShape {
        var shape = self
        shape.drop([.list, .listOrOne])
        return shape
    }

    private var scalar: [String: Any]? {
        let words = questions.compactMap { if case .words(let words) = $0 { words } else { nil } }.first
        let ranges = questions.compactMap { if case .int(let range) = $0 { range } else { nil } }
        var ways: [[String: Any]] = []
        if let words {
            ways.append(["enum": words])
        } else if questions.contains(.text) {
            // A blank text is as good as none.
            ways.append(questions.contains(.filled) ? ["type": "string", "pattern": "\\S"] : ["type": "string"])
        }
        if let low = ranges.map(\.lowerBound).max(), let high = ranges.map(\.upperBound).min() {
            ways.append(low == high ? ["const": low] : ["type": "integer", "minimum": low, "maximum": high])
        }
        if questions.contains(.bool) { ways.append(["type": "boolean"]) }
        if questions.contains(.number) {
            ways.append(["type": "number"])
        } else if questions.contains(.single) {
            ways.append(["type": ["string", "number", "boolean", "null"]])
        }
        return ways.isEmpty ? nil : ways.count == 1 ? ways[0] : ["anyOf": ways]
    }

    private var mapping: [String: Any] {
        var mapping: [String: Any] = ["type": "object"]
        if let keys {
            mapping["properties"] = Dictionary(uniqueKeysWithValues: keys.map { ($0, values[$0]?.schema ?? [:]) })
            mapping["additionalProperties"] = false
            if !required.isEmpty { mapping["required"] = required.sorted() }
        } else if let free {
            mapping["additionalProperties"] = free.schema
        }
        return mapping
    }
}
