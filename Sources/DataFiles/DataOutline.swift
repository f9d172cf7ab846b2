/// What a data file says, without places, comments and the way it is written: two files that say the same have equal outlines.
indirect enum DataOutline: Sendable, Hashable {
    case scalar(String)
    case list([DataOutline])
    case mapping([Entry])

    struct Entry: Sendable, Hashable {
        var key: DataOutline
        var value: DataOutline
    }

    /// The same with one more entry at the end of the list that a mapping has under a key; without the key, a list of that entry is its last value.
    func appending(_ entry: DataOutline, to key: String) -> DataOutline? {
        guard case .mapping(var entries) = self else { return nil }
        guard let at = entries.firstIndex(where: { $0.key == .scalar(key) }) else {
            return .mapping(entries + [Entry(key: .scalar(key), value: .list([entry]))])
        }
        guard case .list(let own) = entries[at].value else { return nil }
        entries[at].value = .list(own + [entry])
        return .mapping(entries)
    }
}
