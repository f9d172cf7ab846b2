import Checks
import Course
import DataFiles
import Facts
import Foundation
import Machines
import Reports
import Walk

/// What a student hands in if nobody can reach the machines: their recorded facts in one file, without secrets.
///
/// It is as true as the student: whoever is root on a machine can write anything into it, and into this file as well.
package struct FactBundle: Sendable, Codable {
    /// The version of the format.
    package var bundle = 1
    package var student: String
    /// When the machines were looked at.
    package var collected: Date
    /// The lab's variables that are otherwise for the student: chosen, or drawn.
    package var variables: [String: String]
    /// The name that they were drawn from, if any were.
    package var variant: String?
    /// Who logs in, by the name of the machine.
    package var users: [String: String]
    package var facts: RecordedFacts

    /// Where complaints about its values are.
    static let place = Inventory.text("").place
    /// A larger file is not a bundle: four machines fill a few hundred kilobytes.
    package static let largestFile = 64 << 20
    package static let fileExtension = "labbundle"
    /// No machine was looked at before.
    private static let earliest = Date(timeIntervalSince1970: 946_684_800)

    package init(
        student: String, collected: Date, variables: [String: String], variant: String? = nil, users: [String: String], facts: RecordedFacts
    ) {
        self.variant = variant
        self.student = student
        self.collected = collected
        self.variables = variables
        self.users = users
        self.facts = facts
    }

    /// As JSON, in a stable order.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

extension FactBundle {
    /// Reads a file. What is in it is data of a stranger: it is bounded, and its names are held to the alphabets of an inventory.
    /// - Throws: `Unusable`.
    package init(reading url: URL) throws {
        let file = url.relativePath
        func unusable(_ why: String) -> Unusable { Unusable(file: file, why: why) }
        let data: Data
        do throws(FileFault) {
            data = try BoundedFile.read(url, atMost: Self.largestFile)
        } catch {
            throw unusable(error.said)
        }
        do {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            self = try decoder.decode(FactBundle.self, from: data)
        } catch {
            throw unusable("it is not a file from lab bundle, or was cut short")
        }
        guard bundle == 1 else { throw unusable("it has format \(bundle), and this lab reads format 1") }
        guard ClassStudent.isName(student) else { throw unusable("the student's name in it is not valid") }
        let names = facts.machines.map(\.machine)
        guard Set(names).count == names.count else { throw unusable("it has a machine twice") }
        guard facts.addresses.values.allSatisfy(Alphabet.host.accepts), users.values.allSatisfy(Alphabet.user.accepts),
            variables.values.allSatisfy(Alphabet.value.accepts), variant.map(Variant.isName) ?? true
        else { throw unusable("an address, a user, a variable or a variant in it is not valid") }
        // A number or a date that cannot come from a look would be in everybody's report, and no database takes it.
        guard collected >= Self.earliest, collected <= Date(timeIntervalSinceNow: 86_400) else {
            throw unusable("it says that it is from \(collected.ISO8601Format().prefix(40)), which cannot be")
        }
        for machine in facts.machines {
            guard machine.seconds.isFinite, (0...86_400).contains(machine.seconds) else {
                throw unusable("the time that the look at \(machine.machine.prefix(63)) took is not valid")
            }
            // Zero if nothing was asked, as of a machine that was not reached.
            guard
                machine.asked == 0
                    || (Self.earliest.timeIntervalSince1970...(Date().timeIntervalSince1970 + 86_400)).contains(machine.asked)
            else {
                throw unusable("the time at which \(machine.machine.prefix(63)) was looked at is not valid")
            }
            guard machine.hostKey.map({ $0.utf8.count <= 200 }) ?? true else {
                throw unusable("the host key of \(machine.machine.prefix(63)) is not valid")
            }
        }
    }

    /// A file that is not a bundle, or not one for this lab.
    package struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
        package var file: String
        package var why: String

        package init(file: String, why: String) {
            self.file = file
            self.why = why
        }

        package var description: String { "\(file) cannot be judged: \(why)." }
    }

    /// What is known of the inventory: enough to judge, and not to log in.
    package var inventory: Inventory {
        Inventory(
            lab: facts.lab, environment: Environment(rawValue: facts.environment) ?? .own, platform: facts.platform,
            variables: variables.mapValues { Inventory.text($0) },
            machines: facts.machines.map { facts in
                ReachableMachine(
                    name: facts.machine, address: self.facts.addresses[facts.machine] ?? "", user: users[facts.machine] ?? "student")
            })
    }
}

extension FactBundle {
    /// How old it is, and whose word it is.
    func warning(at now: Date) -> String {
        let age = now.timeIntervalSince(collected)
        let told =
            switch age {
            case ..<(-300): "from the future (\(collected.ISO8601Format())): somebody's clock is wrong"
            case ..<7200: "\(max(0, Int(age / 60))) min old"
            case ..<172_800: "\(Int(age / 3600)) h old"
            default: "\(Int(age / 86_400)) days old"
            }
        let own = variables.isEmpty ? "" : " Judged with \(LabValues(variables, variant: variant).words)."
        return "Self-reported: handed in as a file, \(told). Nobody looked at the machines.\(own)"
    }
}

extension ClassPlan {
    /// Judges recorded facts.
    /// - Throws: `FactBundle.Unusable` if they are of other machines than the lab has.
    package func judge(_ bundle: FactBundle, from file: String, upTo step: String?, at now: Date) throws -> StudentReport {
        guard let judge = judge(for: bundle.inventory) else { throw FactBundle.Unusable(file: file, why: "its platform is not known") }
        let lab = judge.situation.lab
        let unknown = bundle.facts.machines.map(\.machine).filter { lab.machine(named: $0) == nil }
        guard unknown.isEmpty else {
            throw FactBundle.Unusable(file: file, why: "lab \(lab.name) has no machine '\(unknown[0].prefix(40))'")
        }
        let wanted = lab.asked(upTo: step)
        let facts = bundle.facts.machines.map { $0.fitting(checks.facts) }
        return StudentReport(
            student: bundle.student, collected: Collected(kind: .bundle, at: bundle.collected), warnings: [bundle.warning(at: now)],
            looks: facts,
            identities: identities(of: facts), judgements: try stores.judge(wanted, by: judge, facts: facts))
    }
}
