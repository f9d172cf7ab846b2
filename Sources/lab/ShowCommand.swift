import ArgumentParser
import Companion
import Course
import DataFiles
import Foundation
import Machines
import Walk

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a step of the course, or all of it.",
        discussion: """
            With the addresses of your machines where lab knows them, else with examples.

            EXAMPLES
              lab show names
              lab show trust --platform rocky9
              lab show --all --format markdown > handout.md
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case pretty, markdown }

    @OptionGroup var options: StudentOptions
    @Argument(help: "The step.") var step: String?
    @Flag(help: "The whole course as one document.") var all = false
    @Option(help: "The platform, such as rocky9. Default: that of your machines.") var platform: String?
    @Option(help: "virtualbox, cloud, sandbox or own. Default: that of your machines.") var environment: Environment?
    @Option(help: "pretty or markdown.") var format = Format.pretty

    func run() async throws {
        let inventory = try options.inventoryFile().map { try Inventory.load($0) }
        let lab = try options.course.lab(on: options.course.shelf(), choosing: inventory?.variables ?? [:])
        if all {
            let reader = try reader(lab, inventory)
            let handout = Handout(lab: lab, reader: reader).markdown
            switch format {
            case .pretty: print(StepText.render(markdown: handout, for: .standardOutput()))
            case .markdown: print(handout)
            }
            return
        }
        guard let step else { throw ValidationError("Which step? Or --all. The steps: \(lab.steps.map(\.name).joined(separator: ", ")).") }
        guard let step = lab.step(named: step) else {
            let near = nearestName(to: step, among: lab.steps.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("There is no step '\(step)'.\(near) The steps: \(lab.steps.map(\.name).joined(separator: ", ")).")
        }
        let reader = try reader(lab, inventory)
        switch format {
        case .pretty: print(StepText(.standardOutput()).render(step, reader))
        case .markdown: print(StepText.markdown(step, reader))
        }
    }

    private func reader(_ lab: Lab, _ inventory: Inventory?) throws -> StepReader {
        let name = platform ?? inventory?.platform ?? lab.platforms[0].name
        guard let platform = lab.platform(named: name) else {
            throw ValidationError("There is no platform '\(name)'. The platforms: \(lab.platforms.map(\.name).joined(separator: ", ")).")
        }
        let examples = Dictionary(uniqueKeysWithValues: lab.machines.enumerated().map { ($1.name, Contact(address: "10.77.0.\(11 + $0)", user: "student")) })
        return StepReader(
            Situation(
                lab: lab, platform: platform, environment: environment ?? inventory?.environment ?? .own,
                contacts: inventory?.contacts ?? examples))
    }
}

extension Environment: ExpressibleByArgument {}
