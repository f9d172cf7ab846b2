/// A watch as lanes of cells, one cell for each half second.
package struct FailoverLanes: Sendable, Hashable {
    /// What one cell covers, in seconds.
    package static let cell = 0.5

    /// What became of the writes in a cell.
    package enum Write: Sendable, Hashable { case acknowledged, none, pending }
    /// What a machine was in a cell.
    package enum Machine: Sendable, Hashable { case unseen, primary, standby, silent }

    package private(set) var writes: [Write] = []
    package private(set) var machines: [String: [Machine]]
    private let names: [String]

    init(machines names: [String]) {
        self.names = names
        machines = Dictionary(names.map { ($0, []) }) { first, _ in first }
    }

    mutating func add(_ sample: FailoverSample) {
        let cell = Int(max(0, sample.time) / Self.cell)
        while writes.count <= cell {
            if let last = writes.indices.last, writes[last] == .pending { writes[last] = .none }
            writes.append(.pending)
            for name in names { machines[name, default: []].append(machines[name]?.last ?? .unseen) }
        }
        switch sample.write {
        case .acknowledged: writes[cell] = .acknowledged
        case .refused, .unanswered: if writes[cell] == .pending { writes[cell] = .none }
        case nil: break
        }
        for name in names { machines[name]?[cell] = Self.cell(sample.machines[name] ?? .unseen) }
    }

    private static func cell(_ sighting: MachineSighting) -> Machine {
        switch sighting {
        case .unseen: .unseen
        case .silent: .silent
        case .answers(let state): state.role == .primary ? .primary : .standby
        }
    }
}
