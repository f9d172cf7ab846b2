import DataFiles

/// Why a course was not got.
package enum GettingFault: Error, Sendable, Hashable, CustomStringConvertible {
    case noGit
    case tooSlow(source: String, seconds: Int)
    case tooLarge(source: String, mebibytes: Int)
    case notFetched(source: String, said: String)
    case noVersion(String, source: String, nearest: String?)
    /// What came has another fingerprint than the one named.
    case otherFingerprint(expected: String, found: String)
    case noName(source: String)
    case badName(String)
    /// A lab of that name is there already.
    case labIsThere(lab: String, where: String)
    /// A course of that name came from elsewhere.
    case otherSource(name: String, source: String)
    /// There is a folder of that name that is not a course.
    case inTheWay(path: String)
    case noCourse(String, nearest: String?)
    case noLab(source: String)

    package var description: String {
        switch self {
        case .noGit: "git is not installed, or not found in PATH. Install it, or give a folder."
        case .tooSlow(let source, let seconds): "git did not get '\(source)' in \(seconds) seconds."
        case .tooLarge(let source, let mebibytes):
            "'\(source)' is too large: git would have written a file larger than \(mebibytes) MiB."
        case .notFetched(let source, let said): "git could not get '\(source)'. It says: \(said)"
        case .noVersion(let version, let source, let nearest):
            "'\(source)' has no tag, branch or commit '\(version)'." + (nearest.map { " The nearest name is '\($0)'." } ?? "")
        case .otherFingerprint(let expected, let found):
            """
            This is not the course with the fingerprint that you named, so nothing was installed.
              named  sha256:\(expected)
              found  sha256:\(found)
            Ask whoever gave you the fingerprint which version it is of.
            """
        case .noName(let source): "'\(source)' does not end in a name for a course. Choose one with --as."
        case .badName(let name): "'\(name)' is not a name for a course: use small letters, digits, '-' and '_', beginning with a letter."
        case .labIsThere(let lab, let place):
            "There is a lab '\(lab)' already, in \(place), and a course from elsewhere never takes its place. Nothing was installed."
        case .otherSource(let name, let source):
            "The course '\(name)' came from \(source). Choose another name with --as, or remove it first: lab get --remove \(name)"
        case .inTheWay(let path): "\(path) is there, and 'lab get' did not install it. Move it away, or choose another name with --as."
        case .noCourse(let name, let nearest):
            "There is no course '\(name)' that 'lab get' has installed."
                + (nearest.map { " The nearest name is '\($0)'." } ?? " 'lab get --list' lists them.")
        case .noLab(let source): "There is no lab in '\(source)': a lab is a folder of labs/ with a lab.yaml."
        }
    }
}
