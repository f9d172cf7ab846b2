import Foundation

/// Where programs are found on this computer.
package struct InstalledPrograms: Sendable {
    private let folders: [String]

    /// Looks along `PATH`, and where systems keep what only root calls.
    package init(path: String = ProcessInfo.processInfo.environment["PATH"] ?? "") {
        folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/lib/podman", "/usr/libexec/podman"]
    }

    /// Whether a program is there and may be run.
    package func has(_ name: String) -> Bool {
        folders.contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }
    }

    /// Of these, those that are not there.
    package func missing(of names: [String]) -> [String] { names.filter { !has($0) } }
}
