import DataFiles

/// What cannot be begun, and why: a sentence.
package enum Misfit: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a name of that kind.
    case notAName(String, kind: String, because: String)
    /// A name that something has already, and where.
    case taken(String, kind: String, place: String)
    /// A file that is there.
    case there(String)
    /// A name that nothing has.
    case unknown(String, kind: String, among: [String])
    /// Something that the lab is not ready for.
    case impossible(String)

    package var description: String {
        switch self {
        case .notAName(let name, let kind, let reason): return "'\(name)' cannot name a \(kind): \(reason)."
        case .taken(let name, let kind, let place): return "There is a \(kind) '\(name)' already: \(place)."
        case .there(let file): return "\(file) is there already. Nothing was written."
        case .unknown(let name, let kind, let names):
            let known = names.isEmpty ? " There are none." : " There \(names.count == 1 ? "is" : "are"): \(names.joined(separator: ", "))."
            return "There is no \(kind) '\(name)'." + didYouMean(name, among: names) + known
        case .impossible(let sentence): return sentence
        }
    }
}

/// Names that authors give.
enum NewName {
    /// Longer ones leave no room for names that are made of them.
    private static let longest = 50

    /// What YAML takes for something else than text.
    private static let words: Set = ["true", "false", "yes", "no", "on", "off", "null"]

    /// - Parameter mark: what may stand between letters: hyphens, and in names of tables underscores.
    /// - Throws: ``Misfit/notAName(_:kind:because:)``.
    static func check(_ name: String, kind: String, mark: Character = "-", reserved: some Collection<String> = []) throws(Misfit) {
        let isGood =
            name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == mark.unicodeScalars.first }
            && ("a"..."z").contains(name.unicodeScalars.first ?? "0") && name.utf8.count <= longest
        let word = mark == "-" ? "hyphens" : "underscores"
        guard isGood else {
            throw .notAName(
                name, kind: kind,
                because: "a name has small letters, digits and \(word), begins with a letter, and is at most \(longest) long")
        }
        guard !words.contains(name) else { throw .notAName(name, kind: kind, because: "YAML does not read it as text") }
        guard !reserved.contains(name) else {
            throw .notAName(name, kind: kind, because: "\(reserved.sorted().joined(separator: ", ")) mean something else")
        }
    }
}
