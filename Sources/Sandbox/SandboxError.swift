/// Why a sandbox could not be made or used.
package enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A program that it needs is not installed.
    case missing(program: String)
    /// This computer does not let us do what machines need.
    case notAllowed(doing: String, said: String)
    /// The image could not be made.
    case imageFailed(said: String, log: String)
    /// A port on loopback is taken by something else.
    case portTaken(port: Int, machine: String)
    /// The machines' addresses belong to another network.
    case networkTaken(subnet: String, said: String)
    /// A machine did not come up in time.
    case notBooted(machine: String, seconds: Int, said: String)
    /// The kernel has no inotify instance left, and a systemd cannot start without.
    case noWatches(machine: String, limit: Int)
    /// podman refused something.
    case podman(doing: String, said: String)
    /// A program took longer than it may.
    case tooSlow(doing: String, seconds: Int)
    /// Another `lab sandbox` is at work.
    case inUse
    /// Machines with other addresses or ports are there already.
    case otherPlan(subnet: String, ports: [Int])
    /// There are machines of these names already, which somebody else made, or whose files are gone.
    case others(prefix: String, files: String)
    /// There is no machine of that name.
    case noMachine(String, known: [String])

    package var description: String {
        switch self {
        case .missing(let program):
            "The sandbox needs \(program), which is not installed here.\n'lab doctor' says how to install it. \(Self.elsewhere)"
        case .notAllowed(let doing, let said):
            "This computer does not allow what practice machines need: \(doing) failed (\(said)).\n\(Self.elsewhere)"
        case .imageFailed(let said, let log):
            "The image of the practice machines could not be made. The last output was:\n\(said)\nThe whole log is \(log)\n"
                + "\(Self.elsewhere)"
        case .portTaken(let port, let machine):
            "Port \(port) on 127.0.0.1, meant for \(machine), is taken by another program.\n"
                + "Find it with: ss -ltnp 'sport = :\(port)'. Stop it, and try again."
        case .networkTaken(let subnet, let said):
            "The addresses of the practice machines, \(subnet), are in use on this computer "
                + "('ip route' and 'podman network ls' show by what).\n"
                + "podman said: \(said)\nChoose others: lab sandbox up --network 10.79.1"
        case .notBooted(let machine, let seconds, let said):
            "\(machine) did not come up within \(seconds) s. The last it said: \(said)\n"
                + "Try again: lab sandbox up. If that does not help, 'lab sandbox reset' rebuilds all machines; "
                + "what is on them is lost."
        case .noWatches(let machine, let limit):
            "\(machine) did not come up: its systemd needs inotify instances, and all \(limit) that this computer allows one "
                + "user are in use.\n"
                + "Allow more, then try again: sudo sysctl fs.inotify.max_user_instances=\(max(1024, limit * 2))"
        case .podman(let doing, let said): "podman failed while \(doing): \(said)"
        case .tooSlow(let doing, let seconds): "\(doing) took longer than \(seconds) s and was stopped."
        case .inUse: "Another lab is working on this sandbox. Wait until it has finished, then try again."
        case .otherPlan(let subnet, let ports):
            "There are practice machines already, with other names, addresses or ports "
                + "(\(subnet), ports \(ports.map(String.init).joined(separator: ", "))).\n"
                + "Use them by leaving out --prefix, --network and --first-port, or remove them: lab sandbox down"
        case .others(let prefix, let files):
            "There are practice machines on this computer, and they are not yours: their names begin with \(prefix)_, and\n"
                + "their key is not in \(files).\n"
                + "Beside them, machines of your own: lab sandbox up --prefix mine --network 10.79.1 --first-port 22601\n"
                + "If they were yours and their files are lost: 'lab sandbox down' removes them, and what is on them."
        case .noMachine(let name, let known):
            "There is no machine '\(name)' in the sandbox. Its machines: \(known.joined(separator: ", "))."
        }
    }

    private static let elsewhere = "Your own machines work as well: start lab and answer its questions."
}
