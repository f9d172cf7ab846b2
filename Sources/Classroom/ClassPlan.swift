import Checks
import Course
import DataFiles
import Facts
import Foundation
import Machines
import Walk

/// What a class is judged by: its labs with the variables that students have chosen, and the judges of these. Made and
/// checked before the first machine is reached.
package struct ClassPlan: Sendable {
    /// The lab as the course has it.
    package let lab: Lab
    let checks: CheckCatalog
    private let situations: [Key: Situation]
    private let judge: Judge
    let stores = StorePool()

    private struct Key: Hashable {
        var variables: [String: String]
        var platform: String
        var environment: Environment

        init(_ inventory: Inventory) {
            variables = inventory.variables.mapValues(\.string)
            platform = inventory.platform
            environment = inventory.environment
        }
    }

    /// - Parameter load: reads the lab with these variables.
    /// - Throws: what is wrong with the lab, its checks or the chosen variables.
    package init(
        _ inventories: some Sequence<Inventory>, checks: CheckCatalog, load: (_ choosing: [String: Text]) throws -> Lab
    ) throws {
        self.checks = checks
        lab = try load([:])
        var labs: [[String: String]: Lab] = [[:]: lab]
        var situations: [Key: Situation] = [:]
        for inventory in inventories where situations[Key(inventory)] == nil {
            let key = Key(inventory)
            let lab = try labs[key.variables] ?? load(inventory.variables)
            labs[key.variables] = lab
            guard let platform = lab.platform(named: inventory.platform) else {
                throw Student.Misfit.platform(inventory.platform, known: lab.platforms.map(\.name))
            }
            situations[key] = Situation(lab: lab, platform: platform, environment: inventory.environment, contacts: inventory.contacts)
        }
        self.situations = situations
        guard let any = situations.values.first else { throw Student.Misfit.machines(missing: lab.machines.map(\.name), unknown: []) }
        judge = try Judge(catalog: checks, situation: any)
    }

    /// Who the machines are that were reached, by their names.
    func identities(of looks: [MachineFacts]) -> [String: MachineIdentity] {
        Dictionary(looks.filter(\.reached).map { ($0.machine, checks.facts.identity(of: $0)) }) { first, _ in first }
    }

    /// The lab as the student with this inventory meets it.
    func judge(for inventory: Inventory) -> Judge? {
        situations[Key(inventory)].map { judge.judging($0.with(inventory.contacts)) }
    }
}
