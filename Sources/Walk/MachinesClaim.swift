import DataFiles
import Foundation
import Glibc
import Machines

/// A student's machines, held by one `lab` while it changes something on them: a fault that a drill puts in would be judged by a walk
/// as its own. Gone with the process, however it ends.
package final class MachinesClaim: Sendable {
    /// Nil if nothing can be kept in the state folder: then nobody is kept away.
    private let descriptor: Int32?

    /// Another `lab` is at work on these machines.
    package struct Held: Error, Sendable, Hashable, CustomStringConvertible {
        /// Who it is, as it wrote itself down; empty if that cannot be read.
        package var holder: String

        package var description: String {
            "Another lab is at work on these machines\(holder.isEmpty ? "" : ": \(holder)"). Two at once would spoil each other's work. "
                + "Wait until it is done, or end it; then try again."
        }
    }

    /// - Parameters:
    ///   - state: lab's state folder.
    ///   - what: what is done, in the words of the command line.
    /// - Throws: ``Held``.
    package init(_ inventory: Inventory, state: URL, doing what: String, at date: Date = Date()) throws(Held) {
        var fingerprint = Fingerprint()
        // The machines themselves, whatever file names them.
        let places = inventory.machines.map { "\($0.reach ?? $0.address):\($0.port ?? 22) \($0.proxyJump ?? "")" }
        fingerprint.add(places.sorted().joined(separator: "\n").utf8)
        let folder = state.appending(path: "at-work")
        try? PrivateFile.makeFolder(folder)
        let file = folder.appending(path: "\(fingerprint).lock")
        let number = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else {
            descriptor = nil
            return
        }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            var room = [UInt8](repeating: 0, count: 200)
            let count = max(0, pread(number, &room, room.count, 0))
            close(number)
            throw Held(holder: String(decoding: room.prefix(count), as: UTF8.self).filter { $0.isASCII && !$0.isNewline })
        }
        let clock = date.formatted(Date.ISO8601FormatStyle(timeZone: .current).time(includingFractionalSeconds: false))
        let holder = Array("\(what), process \(getpid()), since \(clock.prefix(5))".utf8)
        // Only a help for whoever comes second: the lock itself is the file's.
        _ = ftruncate(number, 0)
        _ = pwrite(number, holder, holder.count, 0)
        descriptor = number
    }

    deinit { if let descriptor { close(descriptor) } }
}
