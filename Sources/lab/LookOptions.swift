import ArgumentParser

/// How long machines may take.
struct LookOptions: ParsableArguments {
    /// Of one machine, in one look.
    static let usualSeconds = 20

    @Option(name: .customLong("timeout"), help: "How long one machine may take to tell what it knows, in seconds.")
    var seconds = Self.usualSeconds

    func validate() throws {
        guard (2...600).contains(seconds) else { throw ValidationError("--timeout takes 2 to 600 seconds.") }
    }
}
