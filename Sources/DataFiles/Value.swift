/// What a template can say: a text, named values, or a list of values.
package indirect enum Value: Sendable, Hashable {
    case text(String)
    case map([String: Value])
    case list([Value])

    /// This map with the entries of another laid over it. Anything but a map is replaced.
    package func merging(_ other: [String: Value]) -> Value {
        guard case .map(let own) = self else { return .map(other) }
        return .map(own.merging(other) { $1 })
    }

    package subscript(_ key: String) -> Value? {
        guard case .map(let map) = self else { return nil }
        return map[key]
    }

    /// All texts below this value by dotted name, such as `pg.service`. Lists are left out.
    package var flattened: [String: String] {
        switch self {
        case .text(let text): ["": text]
        case .list: [:]
        case .map(let map):
            map.reduce(into: [:]) { all, entry in
                for (name, text) in entry.value.flattened {
                    all[name.isEmpty ? entry.key : "\(entry.key).\(name)"] = text
                }
            }
        }
    }

    /// As Mustache takes it.
    var forMustache: Any {
        switch self {
        case .text(let text): text
        case .map(let map): map.mapValues(\.forMustache)
        case .list(let list): list.map(\.forMustache)
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(Dictionary(elements) { $1 })
    }
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
}
