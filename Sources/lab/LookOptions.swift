import ArgumentParser

/// How long machines may take.
struct LookOptions: ParsableArguments {
    /// Of one machine, in one look.
    static let usualSeconds = 20

    @Option(name: .customLong("timeout"), help: "Seconds to wait for each machine.")
    var seconds = Self.usualSeconds

    func validate() throws {
        guard (2...600).contains(seconds) else { throw ValidationError("--timeout takes 2 to 600 seconds.") }
    }
}
