import DataFiles

/// On which platforms and in which environments something applies; empty means everywhere.
package struct Condition: Sendable, Hashable {
    /// Of these names.
    package var platforms: [Text]
    /// With one of these values each, by the trait's name.
    package var traits: [String: [Text]]
    package var environments: [Environment]

    package init(platforms: [Text] = [], traits: [String: [Text]] = [:], environments: [Environment] = []) {
        self.platforms = platforms
        self.traits = traits
        self.environments = environments
    }

    /// Whether it applies there.
    package func holds(on platform: Platform, environment: Environment) -> Bool {
        holds(on: platform) && (environments.isEmpty || environments.contains(environment))
    }

    private func holds(on platform: Platform) -> Bool {
        (platforms.isEmpty || platforms.contains { $0.string == platform.name })
            && traits.allSatisfy { trait, values in values.contains { $0.string == platform.traits[trait] } }
    }

    /// Reads `{family: debian, environment: cloud}`: each key is a trait but for `platform` and `environment`, and each value one or a list.
    /// What is no trait of the lab's platforms, ``noteUnknown(_:_:)`` finds.
    static func read(_ node: DataNode) -> Condition {
        guard let entry = node.entries() else { return Condition() }
        var condition = Condition()
        for entry in entry.entries {
            switch entry.name {
            case "platform": condition.platforms = entry.value.listOrOne().compactMap { $0.text() }
            case "environment": condition.environments = Environment.read(entry.value)
            default:
                let values = entry.value.listOrOne().compactMap { $0.text() }
                if values.isEmpty { entry.value.complain("there is nothing here", expected: "a value of the trait '\(entry.name)'") }
                condition.traits[entry.name] = values
            }
        }
        return condition
    }

    /// What conditions can name: platforms, and the values of each of their traits.
    struct Names {
        var platforms: Set<String>
        var traits: [String: Set<String>]

        init(of platforms: [Platform]) {
            self.platforms = Set(platforms.map(\.name))
            traits = platforms.reduce(into: [:]) { traits, platform in
                for (trait, value) in platform.traits { traits[trait, default: []].insert(value) }
            }
        }
    }

    /// Notes the names that none of the platforms has.
    func noteUnknown(_ known: Names, _ book: ComplaintBook) {
        func note(_ text: Text, _ what: String, among known: Set<String>) {
            book.note(
                text.place, "there is no \(what) '\(text)'", expected: "one of \(known.sorted().joined(separator: ", "))",
                nearest: nearestName(to: text.string, among: known))
        }
        for name in platforms where !known.platforms.contains(name.string) { note(name, "platform", among: known.platforms) }
        for (trait, values) in traits.sorted(by: { $0.key < $1.key }) {
            if let there = known.traits[trait] {
                for value in values where !there.contains(value.string) { note(value, trait, among: there) }
            } else if let place = values.first?.place {
                note(Text(trait, at: place), "trait", among: Set(known.traits.keys).union(["platform", "environment"]))
            }
        }
    }
}

extension Environment {
    /// Reads one environment or a list of them.
    package static func read(_ node: DataNode) -> [Environment] {
        node.listOrOne().compactMap { node -> Environment? in
            guard let text = node.text() else { return nil }
            let known = Environment.allCases.map(\.rawValue)
            if Environment(rawValue: text.string) == nil {
                node.complain(
                    "there is no environment '\(text.string)'", expected: "one of \(known.joined(separator: ", "))",
                    nearest: nearestName(to: text.string, among: known))
            }
            return Environment(rawValue: text.string)
        }
    }
}
