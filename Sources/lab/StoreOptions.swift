import ArgumentParser
import Course
import Database
import Display
import Foundation
import Gradebook
import Reports

/// The gradebook that is meant.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: "The gradebook: a PostgreSQL database, as libpq takes it, without a password.")
    var address: String?

    /// The gradebook, if one is named. An address with a password in it is refused.
    func gradebook() throws -> Gradebook? {
        guard let address else { return nil }
        do throws(StoreAddress.Fault) {
            return Gradebook(try StoreAddress(address), state: Folders().state)
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// Puts a report into the gradebook, if one is named.
    /// - Returns: whether the gradebook took everybody, as far as it could be asked.
    func keep(_ report: RunReport, steps: [ReportStep]) async throws -> Bool {
        guard let gradebook = try gradebook() else { return true }
        return await tell(try await gradebook.store(report, steps: steps), gradebook)
    }

    /// Says what became of a run, and of those that were kept before, on standard error.
    /// - Returns: whether the gradebook took everybody of this run. If it cannot be reached, the run waits and nothing is lost;
    ///   a refusal stays one.
    func tell(_ delivery: Gradebook.Delivery, _ gradebook: Gradebook) async -> Bool {
        for (file, said) in await gradebook.refused {
            Screen.remark(
                "The gradebook refuses what is kept in \(file): \(Cleaner.line(said, limit: 200)). It is not sent again, "
                    + "and nothing else waits for it; delete the file if you do not need it.")
        }
        let text =
            switch delivery {
            case .sent(let run, without: []): "The gradebook has it, as run \(run)."
            case .sent(let run, let refused):
                "The gradebook has it, as run \(run), without \(refused.count == 1 ? "one student" : "\(refused.count) students"):\n"
                    + refused.map { "  \(Cleaner.line($0.student, limit: 64)): \(Cleaner.line($0.said, limit: 200))" }.joined(
                        separator: "\n")
            case .kept(let file, let error):
                "The gradebook did not get this run; it is kept in \(file) and sent the next time.\n\(Cleaner.text(error.description))"
            }
        Screen.remark(text)
        return switch delivery {
        case .sent(_, let refused): refused.isEmpty
        case .kept(_, .database(let error)): !error.isAboutData
        case .kept: true
        }
    }
}
