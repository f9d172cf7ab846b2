import Foundation

/// Where `lab` keeps its own files, by the XDG base directory rules.
package struct Folders: Sendable, Hashable {
    package var configuration: URL
    package var state: URL
    package var cache: URL
    /// The courses that came from elsewhere.
    package var courses: URL

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let home = URL(filePath: environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory())
        func folder(_ variable: String, _ fallback: String) -> URL {
            // Relative paths in these variables are to be ignored, says the specification.
            let path = environment[variable].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
            return (path ?? home.appending(path: fallback)).appending(path: "lab")
        }
        configuration = folder("XDG_CONFIG_HOME", ".config")
        state = folder("XDG_STATE_HOME", ".local/state")
        cache = folder("XDG_CACHE_HOME", ".cache")
        courses = folder("XDG_DATA_HOME", ".local/share").appending(path: "courses")
    }

    /// The student's own machines.
    package var inventory: URL { configuration.appending(path: "machines.yaml") }
    /// The files of the practice machines.
    package var sandbox: URL { state.appending(path: "sandbox") }
    /// The practice machines.
    package var sandboxInventory: URL { sandbox.appending(path: "machines.yaml") }
}
