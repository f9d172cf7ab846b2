import ArgumentParser
import Course
import Display
import Foundation
import Sandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Practice machines, made on this computer with podman.",
        discussion: """
            They begin as full clones of one machine, as VirtualBox makes them: one name,
            one machine-id, one set of SSH host keys. What the course installs comes with
            them, so no Internet is needed once they are made.

            EXAMPLES
              lab sandbox up           make or start them
              lab sandbox status       what each one is doing
              \(Examples.row("lab sandbox ssh \(Examples.first)", "log in to one with ssh", indent: 0, width: 25))
              lab sandbox reset        back to fresh clones: everything on them is lost
              lab sandbox reset --to \(Examples.middle)
                                       back to the start of a step
            """,
        subcommands: [Up.self, Down.self, Status.self, SSH.self, Console.self, Reset.self, Save.self, Trust.self, Power.self])

    /// Which sandbox is meant, if there are several.
    struct Options: ParsableArguments {
        @OptionGroup var course: CourseOptions

        @Option(help: "The prefix of the containers' names, for a second sandbox beside the first.")
        var prefix: String?

        @Option(help: "The first three numbers of the machines' addresses.")
        var network: String?

        @Option(help: "The port on 127.0.0.1 that leads to the first machine.")
        var firstPort: Int?

        @Option(help: "The machines' platform, such as \(Examples.otherPlatform).", completion: Candidates.platforms)
        var platform: String?

        @Option(help: "Draw values of your own from this name; docs/variants.md.")
        var variant: String?

        /// The sandbox that these options name; without any, the one that is there, or as the lab describes it.
        func sandbox() throws -> Sandbox {
            try course.sandbox { description, there in
                guard prefix != nil || network != nil || firstPort != nil || platform != nil || variant != nil else { return nil }
                if let variant, !Variant.isName(variant) {
                    throw ValidationError("'--variant' takes \(Variant.nameRule).")
                }
                do throws(SandboxPlan.Misfit) {
                    return try .chosen(
                        prefix: prefix, network: network, firstPort: firstPort, platform: platform, variant: variant, of: description,
                        there: there)
                } catch {
                    throw ValidationError(error.description)
                }
            }
        }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make what is missing and start what is stopped.",
            discussion: """
                EXAMPLES
                  lab sandbox up
                  lab sandbox up --platform \(Examples.otherPlatform)
                  lab sandbox up --network 10.79.1     if its own network is in use already
                """)
        @OptionGroup var options: Options

        func run() async throws {
            let sandbox = try options.sandbox()
            try await sandbox.up(progress: Self.tell)
            Screen.tell("The practice machines are up: \(sandbox.plan.machines.map(\.name).joined(separator: ", ")).")
            if let about = sandbox.description.about(sandbox.plan.platform) { Screen.tell(Cleaner.text(about)) }
            let account = "Their account is \(SandboxPlan.account), with the password \(SandboxPlan.password)."
            Screen.tell("\(account) 'lab' goes on with the course.")
        }

        /// Reports progress on standard error.
        static let tell: @Sendable (Sandbox.Progress) -> Void = { progress in
            let line =
                switch progress {
                case .step(let text): "\(text) …"
                case .machine(let name, let doing): "  \(name): \(doing)"
                case .trouble(let text): text
                }
            Screen.remark(Cleaner.line(line))
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the machines. What is on them is lost.",
            discussion: """
                Saved states stay, those of 'lab sandbox save' and those that
                'lab sandbox reset --to STEP' made: about 2.5 GB each.

                EXAMPLES
                  lab sandbox down
                  lab sandbox down --saved
                """)
        @OptionGroup var options: Options
        @Flag(help: "Remove the saved states as well.") var saved = false

        func run() async throws {
            let sandbox = try options.sandbox()
            let claim = try sandbox.claim(doing: "lab sandbox down")
            defer { withExtendedLifetime(claim) {} }
            try await sandbox.down(withSaved: saved)
            Screen.tell("The practice machines are gone. 'lab sandbox up' makes new ones in seconds.")
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what each machine is doing.",
            discussion: """
                EXAMPLES
                  lab sandbox status
                  lab sandbox status --format json

                Exit status: 0 all are running, 1 some are not.
                """)
        @OptionGroup var options: Options
        @OptionGroup var table: TableOptions

        func run() async throws {
            let status = try await options.sandbox().status()
            try table.say(SandboxDocument(status)) {
                for (machine, state) in status {
                    let name = machine.name.padding(toLength: 11, withPad: " ", startingAt: 0)
                    let word = state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
                    Screen.tell("\(name) \(word) \(machine.address)  ssh on 127.0.0.1:\(machine.port)")
                }
            }
            if !status.allSatisfy({ $0.state == .running }) { throw ExitCode(1) }
        }
    }

    struct SSH: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ssh", abstract: "Log in to a machine, or run a command on it.",
            discussion: """
                EXAMPLES
                  lab sandbox ssh \(Examples.first)
                  lab sandbox ssh \(Examples.first) -- hostnamectl
                """)
        @OptionGroup var options: Options
        @Argument(help: "The machine.", completion: Candidates.machines) var machine: String
        @Argument(parsing: .postTerminator, help: "A command to run there, after --.") var command: [String] = []

        func run() async throws {
            let words = try options.sandbox().ssh(machine) + command
            // The program is replaced, so that ssh has the terminal to itself.
            var pointers = words.map { strdup($0) } + [nil]
            execvp(words[0], &pointers)
            throw ValidationError("ssh could not be started: \(String(cString: strerror(errno)))")
        }
    }

    struct Console: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a command as root on a machine's console, when ssh does not work there.",
            discussion: """
                EXAMPLES
                  lab sandbox console \(Examples.first) -- ssh-keygen -A
                """)
        @OptionGroup var options: Options
        @Argument(help: "The machine.", completion: Candidates.machines) var machine: String
        @Argument(parsing: .postTerminator, help: "The command, after --.") var command: [String] = []

        func run() async throws {
            guard !command.isEmpty else { throw ValidationError("Which command? Put it after --.") }
            let outcome = try await options.sandbox().console(machine, command)
            Screen.write(Self.shown(outcome.output, on: .standardOutput()))
            Screen.write(Self.shown(outcome.said, on: .standardError()), to: STDERR_FILENO)
            if !outcome.succeeded { throw ExitCode(1) }
        }

        /// Scripts get what the command printed, byte by byte; a terminal gets nothing that would control it.
        private static func shown(_ text: String, on terminal: Terminal) -> String {
            guard terminal.isTerminal else { return text }
            var cleaner = Cleaner()
            return cleaner.take(text.utf8) + cleaner.finish()
        }
    }

    struct Trust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Learn the machines' SSH host keys from their consoles.",
            discussion: """
                For when the host keys have been renewed: reads them on the machines
                themselves, not over the network.

                EXAMPLES
                  lab sandbox trust
                """)
        @OptionGroup var options: Options

        func run() async throws {
            try await options.sandbox().learnHostKeys()
            Screen.tell("The host keys of the practice machines were read from their consoles and are known now.")
        }
    }

    struct Power: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cut a machine's power, restore it, or freeze the machine for a while.",
            discussion: """
                off stops it in the middle of whatever it is doing. pause freezes it, like a
                laptop that is closed.

                EXAMPLES
                  lab sandbox power \(Examples.first) off
                  lab sandbox power \(Examples.second) pause
                  lab sandbox power \(Examples.second) resume
                """)
        enum Position: String, ExpressibleByArgument, CaseIterable { case on, off, pause, resume }
        @OptionGroup var options: Options
        @Argument(help: "The machine.", completion: Candidates.machines) var machine: String
        @Argument(help: "What its power does.") var position: Position

        func run() async throws {
            let sandbox = try options.sandbox()
            switch position {
            case .on, .off:
                try await sandbox.power(machine, on: position == .on)
                Screen.tell("\(machine) is \(position == .on ? "up again" : "off").")
            case .pause, .resume:
                try await sandbox.freeze(machine, position == .pause)
                Screen.tell(
                    position == .pause
                        ? "\(machine) is frozen. 'lab sandbox power \(machine) resume' lets it go on." : "\(machine) goes on.")
            }
        }
    }
}
