/// Why sudo gave no root shell. It has no exit status of its own for these, so what it says is read, in the words of its C
/// locale: `sudo` 1.9.13, 1.9.15 and 1.9.16.
package enum SudoState: Sendable, Hashable, CustomStringConvertible {
    case wantsPassword
    case refusedPassword
    case notAllowed
    case notThere
    /// Its last line, without control characters.
    case said(String)
    case nothing

    /// - Parameter said: all that sudo wrote to its standard error.
    init(saying said: String) {
        let line = said.split(separator: "\n").last.map(String.init) ?? ""
        if said.contains("password is required") || said.contains("a terminal is required") {
            self = .wantsPassword
        } else if said.contains("incorrect password") || said.contains("Sorry, try again") {
            self = .refusedPassword
        } else if said.contains("not in the sudoers") || said.contains("may not run sudo") || said.contains("not allowed to execute") {
            self = .notAllowed
        } else if said.contains("not found") {
            self = .notThere
        } else {
            self = line.isEmpty ? .nothing : .said(String(line.prefix(160)))
        }
    }

    package var description: String {
        switch self {
        case .wantsPassword: "sudo wants a password"
        case .refusedPassword: "sudo refused the password"
        case .notAllowed: "this account may not use sudo"
        case .notThere: "there is no sudo"
        case .said(let line): "sudo said: \(line)"
        case .nothing: "sudo gave no root shell"
        }
    }
}
