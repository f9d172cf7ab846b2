import CCommit

/// Which lab this is.
enum Version {
    static let number = "0.1.0"

    /// Of the source tree that it was built from; empty unless `make build` did.
    static var commit: String { String(cString: lab_commit_or_empty()) }

    /// Number and commit, such as `0.1.0 (602d1ee29b01)`.
    static var text: String { commit.isEmpty ? number : "\(number) (\(commit))" }
}
