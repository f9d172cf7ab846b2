/// Which keys are offered to a machine, in ssh's order: certificates that the configuration names, the agent's keys that the
/// configuration names, its other keys, then the keys in files.
struct KeyOffers: Sendable {
    enum Offer: Sendable {
        /// Of the agent, offered in one go.
        case agent([Agent.Offer])
        case file(Identity, certificate: String?)
    }
    private(set) var offers: [Offer] = []
    /// What there would be to offer and is not offered, with the reason.
    private(set) var passedOver: [String] = []
    /// A key that ssh could use here, and libssh cannot.
    private(set) var securityKey: String?
    let agent: Agent?
    private let client: ClientConfiguration

    init(_ client: ClientConfiguration, usesExposedKeys: Bool) {
        self.client = client
        agent = client.agentSocket.flatMap(Agent.init(at:))
        var seen: Set<String> = []
        let identities = client.identities.filter { seen.insert($0).inserted }.compactMap(Identity.init)
        let held = agent?.keys ?? []
        var inAgent: [Agent.Offer] = []
        var inFiles: [Offer] = []
        for certificate in client.certificates {
            guard let shown = Identity.publicKey(at: certificate), let key = Identity.certified(by: shown) else { continue }
            if let signing = held.first(where: { $0 == shown || $0 == key }) {
                inAgent.append(Agent.Offer(shown: shown, signing: signing))
            } else if let identity = identities.first(where: { $0.key == key && $0.hasPrivateKey }) {
                inFiles.append(.file(identity, certificate: certificate))
            }
        }
        let named = Set(identities.compactMap(\.key) + identities.compactMap(\.certificatePath).compactMap(Identity.publicKey(at:)))
        let others = client.identitiesOnly ? [] : held.filter { !named.contains($0) }
        for key in held.filter(named.contains) + others { inAgent.append(Agent.Offer(shown: key, signing: key)) }
        for identity in identities {
            let certificate = identity.certificatePath
            if let key = identity.key, held.contains(key) {
                // The agent signs for the certificate too.
                if let shown = certificate.flatMap(Identity.publicKey(at:)), !held.contains(shown) {
                    inAgent.append(Agent.Offer(shown: shown, signing: key))
                }
                continue
            }
            guard mayOffer(identity, usesExposedKeys: usesExposedKeys) else { continue }
            inFiles.append(.file(identity, certificate: nil))
            if certificate != nil { inFiles.append(.file(identity, certificate: certificate)) }
        }
        let early = inFiles.filter { if case .file(_, let certificate?) = $0 { client.certificates.contains(certificate) } else { false } }
        let late = inFiles.filter { if case .file(_, let certificate?) = $0 { !client.certificates.contains(certificate) } else { true } }
        let allowed = inAgent.filter { isAllowed($0.shown) }
        if allowed.count < inAgent.count {
            passedOver.append("keys of your agent, ruled out by PubkeyAcceptedAlgorithms or RequiredRSASize")
        }
        offers = early + (allowed.isEmpty ? [] : [.agent(allowed)]) + late
    }

    private mutating func mayOffer(_ identity: Identity, usesExposedKeys: Bool) -> Bool {
        let path = identity.path
        if !identity.hasPrivateKey {
            passedOver.append("\(path) is only the public key, and no agent has the private one")
        } else if !usesExposedKeys, identity.isExposed {
            passedOver.append("others may read the key \(path), so ssh does not use it")
        } else if let key = identity.key, Identity.type(of: key)?.hasPrefix("sk-") ?? false {
            securityKey = securityKey ?? path
        } else if let key = identity.key, !isAllowed(key) {
            passedOver.append("the key \(path), ruled out by PubkeyAcceptedAlgorithms or RequiredRSASize")
        } else {
            return true
        }
        return false
    }

    private func isAllowed(_ key: [UInt8]) -> Bool {
        guard let type = Identity.type(of: key) else { return false }
        let plain = Identity.certified(by: key) ?? key
        if let smallest = client.smallestRSA, let bits = PublicKey(ofProtocol: plain)?.rsaBits, bits < smallest { return false }
        guard let algorithms = client.algorithms[.ownKeys] else { return true }
        let names =
            type.hasPrefix("ssh-rsa") ? [type] + ["rsa-sha2-512", "rsa-sha2-256"].map { type.replacing("ssh-rsa", with: $0) } : [type]
        return names.contains(where: algorithms.contains)
    }
}
