extension ConnectionError {
    /// libssh knows none of the algorithms that the configuration allows.
    static func unknownToLibssh(_ option: AlgorithmOption, _ names: [String]) -> ConnectionError {
        .notLikeSSH(option: option.name, why: "libssh knows none of \(names.joined(separator: ", "))")
    }

    /// Two ends that have no algorithm in common, as libssh reports it; nil if it speaks of something else.
    init?(negotiation said: String, _ client: ClientConfiguration) {
        guard said.contains("no match for method"), let option = Self.options.first(where: { said.contains($0.words) })?.option else {
            return nil
        }
        let offered = Self.offered(said)
        let ours = client.algorithms[option]
        if let ours, Set(ours).isDisjoint(with: offered) {
            self = .ruledOut(option: option.name, why: "sshd there offers only \(offered.joined(separator: ", "))")
        } else {
            self = .notLikeSSH(option: option.name, why: "libssh knows none of what sshd there offers: \(offered.joined(separator: ", "))")
        }
    }

    private static let options: [(words: String, option: AlgorithmOption)] = [
        ("server host key algo", .hostKeys), ("kex algos", .keyExchange), ("encryption", .ciphers), ("mac algo", .macs),
    ]

    /// From `server [a,b], client [c]`.
    private static func offered(_ said: String) -> [String] {
        guard let start = said.firstRange(of: "server [")?.upperBound, let end = said[start...].firstIndex(of: "]") else { return [] }
        return said[start..<end].split(separator: ",").map(String.init)
    }
}
