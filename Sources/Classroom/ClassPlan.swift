import Checks
import Course
import DataFiles
import Facts
import Foundation
import Machines
import Walk

/// What a class is judged by: its labs with the values that students have, and the judges of these. Made and
/// checked before the first machine is reached.
package struct ClassPlan: Sendable {
    /// The lab as the course has it.
    package let lab: Lab
    let checks: CheckCatalog
    private var situations: [Key: Situation] = [:]
    /// By what differs from the lab's own values.
    private var labs: [Values: Lab]
    private let judge: Judge
    let stores = StorePool()

    /// What differs from the lab's own values, wherever it is said.
    private struct Values: Hashable {
        var variables: [String: String]
        var variant: Variant?

        init(_ choice: Lab.Choice) {
            variables = choice.variables.mapValues(\.string)
            variant = choice.variant
        }
    }

    private struct Key: Hashable {
        var values: Values
        var platform: String
        var environment: Environment

        init(_ inventory: Inventory) {
            values = Values(inventory.choice)
            platform = inventory.platform
            environment = inventory.environment
        }
    }

    /// - Parameter load: reads the lab with these values.
    /// - Throws: what is wrong with the lab, its checks or the chosen values.
    package init(
        _ inventories: some Sequence<Inventory>, checks: CheckCatalog, load: (_ choosing: Lab.Choice) throws -> Lab
    ) throws {
        self.checks = checks
        lab = try load(Lab.Choice())
        labs = [Values(Lab.Choice()): lab]
        let plain = lab
        var situations: [Key: Situation] = [:]
        for inventory in inventories where situations[Key(inventory)] == nil {
            situations[Key(inventory)] = try Self.situation(of: inventory, beside: plain, &labs, load)
        }
        self.situations = situations
        guard let any = situations.values.first else { throw Student.Misfit.machines(missing: lab.machines.map(\.name), unknown: []) }
        judge = try Judge(catalog: checks, situation: any)
    }

    /// Takes the machines of one more student.
    /// - Throws: what is wrong with the values that they chose.
    mutating func take(_ inventory: Inventory, load: (_ choosing: Lab.Choice) throws -> Lab) throws {
        guard situations[Key(inventory)] == nil else { return }
        situations[Key(inventory)] = try Self.situation(of: inventory, beside: lab, &labs, load)
    }

    private static func situation(
        of inventory: Inventory, beside plain: Lab, _ labs: inout [Values: Lab], _ load: (Lab.Choice) throws -> Lab
    ) throws -> Situation {
        let key = Key(inventory)
        var lab = try labs[key.values] ?? load(inventory.choice)
        // They quote values and do not hold them: a class keeps them once.
        lab.steps = plain.steps
        labs[key.values] = lab
        guard let platform = lab.platform(named: inventory.platform) else {
            throw Student.Misfit.platform(inventory.platform, known: lab.platforms.map(\.name))
        }
        return Situation(lab: lab, platform: platform, environment: inventory.environment, contacts: inventory.contacts)
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
