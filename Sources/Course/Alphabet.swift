/// The letters that a value of the inventory may have, since it ends up in commands and files.
package enum Alphabet: Sendable {
    case host, user, value

    /// Whether a text is good.
    package func accepts(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, scalars.count <= 253, first != "-" else { return false }
        return scalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "0"..."9", "_", "-": true
            case "A"..."Z", ".", ":": self != .user
            case "/", ",": self == .value
            default: false
            }
        } && (self != .user || scalars.count <= 32 && !("0"..."9").contains(first))
    }

    package var description: String {
        switch self {
        case .host: "an IP address or a host name"
        case .user: "a user name: small letters, digits, '-' and '_'"
        case .value: "letters, digits and the signs . _ - : / ,"
        }
    }
}
