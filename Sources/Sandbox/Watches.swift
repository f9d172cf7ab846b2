import Foundation
import Glibc

/// The kernel's inotify instances: a limited number for one user, and a machine's systemd and its services take some each.
enum Watches {
    /// What a machine needs at least to come up.
    private static let needed = 8

    /// How many this computer allows one user.
    static var limit: Int {
        let text = try? String(contentsOfFile: "/proc/sys/fs/inotify/max_user_instances", encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 128
    }

    /// Whether a machine could not get what it needs, found by trying. A machine that failed has given back what it had.
    static var areExhausted: Bool { areExhausted { inotify_init1(Int32(IN_CLOEXEC)) } }

    static func areExhausted(_ open: () -> Int32) -> Bool {
        var taken: [Int32] = []
        defer { taken.forEach { _ = close($0) } }
        while taken.count < needed {
            let descriptor = open()
            guard descriptor >= 0 else { return errno == EMFILE }
            taken.append(descriptor)
        }
        return false
    }
}
