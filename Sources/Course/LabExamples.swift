import DataFiles
import Foundation

/// Names of a lab for the examples in help: what its reader types has to work there.
package struct LabExamples: Sendable, Hashable {
    package var lab: String
    package var machines: [String]
    package var steps: [String]
    package var platforms: [String]
    /// Whether it can be watched live.
    package var hasWatch: Bool

    package init(lab: String, machines: [String], steps: [String], platforms: [String] = [], hasWatch: Bool = false) {
        self.lab = lab
        self.machines = machines
        self.steps = steps
        self.platforms = platforms
        self.hasWatch = hasWatch
    }

    package init(_ lab: Lab) {
        self.init(
            lab: lab.name, machines: lab.machines.map(\.name), steps: lab.steps.map(\.name), platforms: lab.platforms.map(\.name),
            hasWatch: lab.watch != nil)
    }

    /// Reads no more of a lab than its `lab.yaml`; words that stand for names if that cannot be read.
    package init(of folder: URL?) {
        let platforms = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.appending(path: "platforms").path) } ?? []
        let file = folder.flatMap { DataFile.open($0.appending(path: "lab.yaml"), book: ComplaintBook())?.entries() }
        self.init(
            lab: folder?.lastPathComponent ?? "LAB", machines: file?["machines"]?.entries()?.entries.map(\.name) ?? [],
            steps: file?["steps"]?.list().compactMap { $0.text()?.string } ?? [],
            platforms: platforms.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted(), hasWatch: file?["watch"] != nil)
    }

    /// A machine by its place from 0, or the last one before it.
    package func machine(_ place: Int) -> String { machines.isEmpty ? "MACHINE" : machines[min(place, machines.count - 1)] }

    /// A platform by its place from 0, or the last one before it.
    package func platform(_ place: Int) -> String { platforms.isEmpty ? "PLATFORM" : platforms[min(place, platforms.count - 1)] }

    /// A step of the first third, one from the middle, and one near the end.
    package var early: String { step(0.15) }
    package var middle: String { step(0.55) }
    package var late: String { step(0.8) }

    private func step(_ share: Double) -> String { steps.isEmpty ? "STEP" : steps[min(Int(Double(steps.count) * share), steps.count - 1)] }
}
