import Foundation
import Synchronization

/// What the program does, for whoever looks for a fault in it: `--verbose`, or `LAB_DEBUG=1`. Lines on standard error, each with the
/// seconds since the start. Names of machines, files and phases, and never what was sent, asked or answered.
package enum Trace {
    private static let on = Atomic<Bool>(false)
    private static let start = ContinuousClock.now

    /// Whether somebody wants to know.
    package static var isOn: Bool { on.load(ordering: .relaxed) }

    /// Tells from now on.
    package static func begin() {
        _ = start
        on.store(true, ordering: .relaxed)
    }

    /// One thing that has happened. Nothing is made of the text if nobody wants to know.
    package static func note(_ text: @autoclosure () -> String) {
        guard isOn else { return }
        let seconds = String(format: "%8.3f", (ContinuousClock.now - start) / .seconds(1))
        // A name may hold anything; a line stays one line.
        let plain = text().unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "?" : $0 }
        FileHandle.standardError.write(Data("\(seconds) s  \(String(String.UnicodeScalarView(plain)))\n".utf8))
    }

    /// Does something, and says how long it took, and whether it failed.
    package static func timed<Outcome, Failure: Error>(
        _ text: @autoclosure () -> String, _ body: () throws(Failure) -> Outcome
    ) throws(Failure) -> Outcome {
        guard isOn else { return try body() }
        let began = ContinuousClock.now
        func took() -> String { String(format: "%.3f s", (ContinuousClock.now - began) / .seconds(1)) }
        do throws(Failure) {
            let outcome = try body()
            note("\(text()), \(took())")
            return outcome
        } catch {
            note("\(text()), failed after \(took())")
            throw error
        }
    }
}
