import Display
import Foundation

/// JSON as lab prints it: the keys in alphabetical order, so that equal values give equal texts.
package enum JSONText {
    /// A value over several lines, with a line break at the end.
    package static func lines(_ value: some Encodable) throws -> String {
        let encoder = encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    /// A value in one line, with its end.
    static func line(_ value: some Encodable) throws -> String {
        escaped(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    /// JSON in which also those characters are escaped that control a terminal or turn text around, but that JSON itself lets
    /// through. They are only in strings, so it means the same.
    private static func escaped(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { $0.value >= 0x7F && !ControlFilter.isHarmless($0) }) else { return json }
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if scalar.value < 0x7F || ControlFilter.isHarmless(scalar) {
                result.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    result.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
                }
            }
        }
        return String(result)
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
