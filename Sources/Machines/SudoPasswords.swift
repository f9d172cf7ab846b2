import DataFiles
import Foundation

/// Where the password for sudo on a machine comes from: a file of ours for practice machines, else a person, once.
struct SudoPasswords: Sendable {
    let secrets: SecretBook

    /// The password, if it is known without asking.
    /// - Throws: `SudoPasswordFileError` for a file that others may read.
    func known(for machine: ReachableMachine) throws -> String? {
        guard let path = machine.sudoPasswordFile else { return secrets.given(question(machine)) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, let owner = attributes?[.ownerAccountID] as? Int else {
            throw SudoPasswordFileError.missing(path: path)
        }
        guard mode & 0o077 == 0, owner == Int(getuid()) else { throw SudoPasswordFileError.readableByOthers(path: path) }
        do throws(FileFault) {
            return String(decoding: try BoundedFile.read(URL(filePath: path), atMost: 64 << 10), as: UTF8.self).trimmingCharacters(
                in: .newlines)
        } catch {
            throw SudoPasswordFileError.unreadable(path: path, said: error.said)
        }
    }

    func ask(for machine: ReachableMachine) -> String? { secrets.answer(question(machine)) }

    func forget(_ machine: ReachableMachine) { secrets.forget(question(machine)) }

    private func question(_ machine: ReachableMachine) -> SecretQuestion { .sudo(user: machine.user, machine: machine.name) }
}

/// A password file that cannot be used.
package enum SudoPasswordFileError: Error, Sendable, Hashable, CustomStringConvertible {
    case missing(path: String)
    case readableByOthers(path: String)
    case unreadable(path: String, said: String)

    package var description: String {
        switch self {
        case .missing(let path): "the sudo password file \(path) is not there"
        case .readableByOthers(let path): "the sudo password file \(path) may be read by others; do: chmod 600 \(path)"
        case .unreadable(let path, let said): "the sudo password file \(path) cannot be read: \(said)"
        }
    }
}
