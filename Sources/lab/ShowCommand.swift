import ArgumentParser
import Checks
import Course
import DataFiles
import Display
import Foundation
import Machines
import Pages
import Practice
import Sandbox
import Walk

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a step of the course, or all of it.",
        discussion: """
            Uses the addresses of your machines if lab knows them, else examples.

            EXAMPLES
              lab show names
              lab show 4                               the step with that number
              lab show \(Examples.early) --platform \(Examples.otherPlatform)
              lab show --all --format markdown > handout.md
              lab show slot-missing                    a cause, as in a handbook
              lab show --causes --format markdown > causes.md
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case pretty, markdown }

    @OptionGroup var options: StudentOptions
    @Argument(help: "The step, by name or number, or the cause.", completion: Candidates.stepsAndCauses) var step: String?
    @Flag(help: "The whole course as one document.") var all = false
    @Flag(help: "Every cause that lab can recognise, as one document.") var causes = false
    @Option(help: "The platform, such as \(Examples.otherPlatform). Default: that of your machines.", completion: Candidates.platforms)
    var platform: String?
    @Option(help: "Where the machines run. Default: that of your machines.") var environment: Environment?
    @Option(help: "For a terminal, or as a document.") var format = Format.pretty

    func run() async throws {
        let inventory = try options.inventoryFile().map { try Inventory.load($0) }
        func lab(drills: Bool) throws -> Lab {
            try options.course.lab(on: options.course.shelf(), choosing: inventory?.choice ?? Lab.Choice(), drills: drills)
        }
        if let step, !all, !causes, let found = try lab(drills: false).step(called: step) {
            let reader = try reader(lab(drills: false), inventory)
            switch format {
            case .pretty: Screen.say(StepText(.standardOutput()).render(found, reader))
            case .markdown: Screen.say(StepText.markdown(found, reader))
            }
            return
        }
        let lab = try lab(drills: true)
        if all { return tell(Handout(lab: lab, reader: try reader(lab, inventory)).markdown) }
        let handbook = Handbook(
            catalog: try CheckCatalog.load(options.course.shelf().checks, for: lab), situation: try situation(lab, inventory))
        if causes { return tell(handbook.markdown) }
        guard let step else { throw ValidationError("Which step? Or --all. The steps: \(lab.steps.map(\.name).joined(separator: ", ")).") }
        if let page = handbook.page(of: step) { return tell(page) }
        let near = didYouMean(step, among: lab.steps.map(\.name) + handbook.names)
        throw ValidationError(
            "There is no step or cause '\(step)'.\(near) The steps: \(lab.steps.map(\.name).joined(separator: ", ")).")
    }

    private func tell(_ markdown: String) {
        switch format {
        case .pretty: Screen.say(StepText.render(markdown: markdown, for: .standardOutput()))
        case .markdown: Screen.say(markdown)
        }
    }

    private func reader(_ lab: Lab, _ inventory: Inventory?) throws -> StepReader { StepReader(try situation(lab, inventory)) }

    private func situation(_ lab: Lab, _ inventory: Inventory?) throws -> Situation {
        try options.readerSituation(lab, inventory, platform: platform, environment: environment)
    }
}

extension StudentOptions {
    /// What a reader's texts quote: of the machines that lab knows, else examples.
    func readerSituation(
        _ lab: Lab, _ inventory: Inventory?, platform: String? = nil, environment: Environment? = nil
    ) throws -> Situation {
        let practice = try PracticeMachines.read(lab, engine: course.shelf().sandbox)?.description
        let name = platform ?? inventory?.platform ?? practice?.platform ?? lab.platforms[0].name
        guard let platform = lab.platform(named: name) else {
            throw ValidationError("There is no platform '\(name)'. The platforms: \(lab.platforms.map(\.name).joined(separator: ", ")).")
        }
        let environment = environment ?? inventory?.environment ?? .own
        // Without machines, the addresses are those that the course plans, or that practice machines would have.
        let plan = practice.map { SandboxPlan.standard($0) }
        let examples = Dictionary(
            uniqueKeysWithValues: lab.machines.map {
                (
                    $0.name,
                    Contact(
                        address: lab.addresses[environment]?[$0.name] ?? plan?.machine($0.name)?.address ?? "192.0.2.1", user: "student")
                )
            })
        return Situation(
            lab: lab, platform: platform, environment: environment, contacts: inventory?.contacts ?? examples)
    }

    /// A judge for texts and names, where lab does not know the machines yet.
    func readerJudge() throws -> Judge {
        let lab = try course.lab(on: course.shelf())
        return try Judge(catalog: try CheckCatalog.load(course.shelf().checks, for: lab), situation: try readerSituation(lab, nil))
    }
}

extension Environment: ExpressibleByArgument {}
