import Foundation

/// OpenSSH's KnownHostsCommand: a program that prints lines of known_hosts for the host that is being reached.
struct KnownHostsCommand: Sendable {
    private let words: [String]
    private let tokens: [Character: String]

    /// - Throws: `ConnectionError.notLikeSSH` if it uses a token that only ssh itself can put in.
    init(_ command: String, for client: ClientConfiguration) throws(ConnectionError) {
        words = Self.words(command)
        let host = ProcessInfo.processInfo.hostName
        tokens = [
            "d": ClientConfiguration.home, "h": client.hostName, "i": String(getuid()), "k": client.hostKeyAlias ?? client.originalHost,
            "L": String(host.prefix { $0 != "." }), "l": host, "n": client.originalHost, "p": String(client.port), "r": client.user,
            "u": ClientConfiguration.localUser,
        ]
        if ["%C", "%j", "${"].contains(where: command.contains) {
            throw .notLikeSSH(option: "KnownHostsCommand", why: "lab cannot put in what '\(command)' asks for")
        }
    }

    /// What it is asked for: the order of the key types, before a key is shown, or whether the key that was shown is known.
    enum Purpose: String, Sendable { case order = "ORDER", host = "HOSTNAME", address = "ADDRESS" }

    /// What it prints about a name.
    func lines(about name: String, for purpose: Purpose, showing key: (key: PublicKey, fingerprint: String)?) -> KnownHostsFile? {
        // ssh runs no other.
        guard words.first?.hasPrefix("/") ?? false else { return nil }
        var tokens = tokens
        tokens["H"] = name
        tokens["I"] = purpose.rawValue
        tokens["t"] = key?.key.type ?? "NONE"
        tokens["K"] = key?.key.base64 ?? "NONE"
        tokens["f"] = key?.fingerprint ?? "NONE"
        let output = ShortProgram.run(words.map { ProxyProcess.expand($0, tokens) }, seconds: 10)
        return output.map { KnownHostsFile($0.printed) }
    }

    /// The words of a command: quotes hold one together, and a backslash takes the meaning from a quote.
    private static func words(_ command: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = command[...]
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.first, next == "\\" || next == "\"" || next == "'" || next == " " && quote == nil {
                word = (word ?? "") + String(rest.removeFirst())
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}
