import Course
import DataFiles
import Foundation
import Sandbox

/// How a lab's practice machines are made: `sandbox/` in its folder.
package struct PracticeMachines: Sendable {
    package let description: SandboxDescription
    private let serviceTemplates: [Template]
    private let lab: Lab

    /// A lab that has none.
    package struct NotThere: Error, CustomStringConvertible {
        package var lab: String

        package init(lab: String) { self.lab = lab }

        package var description: String { "The lab \(lab) has no practice machines. It works with your own machines." }
    }

    /// Reads `sandbox/sandbox.yaml` of a lab.
    /// - Parameter engine: the folder with what the builders of all labs share.
    /// - Returns: nil if the lab has none.
    /// - Throws: everything that is wrong with it.
    package static func read(_ lab: Lab, engine: URL) throws(Complaints) -> PracticeMachines? {
        let folder = lab.folder.appending(path: "sandbox")
        let url = folder.appending(path: "sandbox.yaml")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let book = ComplaintBook()
        let machines = read(url, lab, folder, engine, book)
        try book.close()
        return machines
    }

    private static func read(_ url: URL, _ lab: Lab, _ folder: URL, _ engine: URL, _ book: ComplaintBook) -> PracticeMachines? {
        guard let root = DataFile.open(url, book: book),
            let file = root.mapping(keys: ["format", "platform", "network", "first_port", "services"])
        else { return nil }
        file.checkFormat()
        guard let platform = file.requiredName("platform"), let network = file.requiredText("network"),
            let port = file.required("first_port")?.int(in: 1024...65_000)
        else { return nil }
        let services = file["services"]?.list().compactMap { $0.text()?.template(book) } ?? []
        let suites = lab.platforms.compactMap { platform in platform.practice.map { (platform.name, $0.suite) } }
        let description = SandboxDescription(
            lab: lab.name, machines: lab.machines.map(\.name), platform: platform.string, network: network.string, firstPort: port,
            suites: Dictionary(suites) { first, _ in first }, folder: folder, engine: engine)
        for name in description.platforms where !description.canBuild(name) {
            book.note(
                platform.place, "there is nothing to make machines of the platform '\(name)' from",
                expected: "a file \(name)/packages beside this file, or a program \(name)/build")
        }
        for name in description.platforms { notePackages(of: name, folder, book) }
        if !description.platforms.contains(platform.string) {
            book.note(
                platform.place, "there are no practice machines of the platform '\(platform)'",
                expected: "a platform that says 'practice:', such as \(description.platforms.first ?? "debian13")")
        }
        if (try? SandboxPlan.chosen(prefix: nil, network: network.string, firstPort: port, platform: nil, of: description)) == nil {
            book.note(network.place, "'\(network)' is not valid here", expected: "the first three numbers of an address, such as 10.77.0")
        }
        for name in description.platforms {
            guard let values = lab.platform(named: name)?.values else { continue }
            services.flatMap { $0.missing(in: values) }.forEach(book.note)
        }
        return PracticeMachines(description: description, serviceTemplates: services, lab: lab)
    }

    /// The names in a list of packages, each with its line: one or more to a line, and after a `#` what is no name.
    package static func packageNames(in text: String) -> [(name: String, line: Int)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map { (String($0), index + 1) }
        }
    }

    /// Notes what is not the name of a package: the list becomes words of a shell command.
    private static func notePackages(of platform: String, _ folder: URL, _ book: ComplaintBook) {
        let file = folder.appending(path: "\(platform)/packages")
        guard let bytes = try? BoundedFile.read(file, atMost: 1 << 20) else { return }
        for (name, line) in packageNames(in: String(decoding: bytes, as: UTF8.self))
        where name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9+.:_=~\/\-]*/) == nil {
            book.note(
                Place(file: DataFile.shown(file), line: line, column: 1), "'\(name)' is not the name of a package",
                expected: "letters, digits and '+', '-', '.'")
        }
    }

    /// The services that a restored machine of a platform has to start, in this order.
    package func services(on platform: String) -> [String] {
        guard let values = lab.platform(named: platform)?.values else { return [] }
        return serviceTemplates.map { $0.render(values) }
    }
}
