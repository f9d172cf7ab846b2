import Foundation
import Glibc

/// A file that could not be used: which, what was tried, what the system said, and what a person can do about it.
package struct FileFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried.
    package enum Attempt: String, Sendable, Hashable {
        case read, written, made
    }

    /// The path as it was named.
    package var file: String
    package var attempt: Attempt
    /// What is wrong, as a clause without a full stop.
    package var said: String
    /// What can be done about it, as a sentence; nil if the fault says it itself.
    package var advice: String?

    package init(_ file: String, _ attempt: Attempt, said: String, advice: String? = nil) {
        self.file = file
        self.attempt = attempt
        self.said = said
        self.advice = advice
    }

    /// What the system said, by its number.
    package init(_ file: String, _ attempt: Attempt, errno number: Int32) {
        self.init(file, attempt, said: Self.words(number, attempt), advice: Self.advice(number, file, attempt))
    }

    /// An error of Foundation's file functions, whose own text names no file and says little.
    package init(_ file: String, _ attempt: Attempt, _ error: any Error) {
        if let fault = error as? FileFault {
            self = fault
        } else if let number = Self.number(in: error as NSError) {
            self.init(file, attempt, errno: number)
        } else {
            let told = error.localizedDescription
            self.init(file, attempt, said: told.hasSuffix(".") ? String(told.dropLast()) : told)
        }
    }

    package var description: String {
        "\(file) cannot be \(attempt.rawValue): \(said)." + (advice.map { " " + $0 } ?? "")
    }

    /// The number of the system's error that an error comes from.
    private static func number(in error: NSError) -> Int32? {
        if error.domain == NSPOSIXErrorDomain { return Int32(exactly: error.code) }
        if let below = error.userInfo[NSUnderlyingErrorKey] as? NSError, let number = number(in: below) { return number }
        guard error.domain == NSCocoaErrorDomain else { return nil }
        // Foundation does not always hand on what the system said.
        switch CocoaError.Code(rawValue: error.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
        case .fileReadNoPermission, .fileWriteNoPermission: return EACCES
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteVolumeReadOnly: return EROFS
        case .fileWriteFileExists: return EEXIST
        default: return nil
        }
    }

    private static func words(_ number: Int32, _ attempt: Attempt) -> String {
        switch number {
        case ENOENT: attempt == .read ? "there is no such file" : "its folder does not exist"
        case EISDIR: "it is a folder"
        case ENOTDIR: "a part of its path is not a folder"
        case ELOOP: "its symbolic links go round in a circle"
        default: String(cString: strerror(number))
        }
    }

    private static func advice(_ number: Int32, _ file: String, _ attempt: Attempt) -> String? {
        switch number {
        case ENOSPC, EDQUOT: "Make room ('df -h' shows where), or name another place."
        case EROFS: "Name a place that can be written."
        case EACCES, EPERM: "'ls -ld' on it and on its folder shows who owns them."
        default: nil
        }
    }
}
