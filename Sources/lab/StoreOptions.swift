import ArgumentParser
import Course
import Database
import Display
import Foundation
import Gradebook
import Reports

/// The gradebook that is meant.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: "The gradebook: a database of PostgreSQL, as libpq takes it, without a password.")
    var address: String?

    /// The gradebook, where one is named. An address with a password in it is refused.
    func gradebook() throws -> Gradebook? {
        guard let address else { return nil }
        do throws(StoreAddress.Fault) {
            return Gradebook(try StoreAddress(address), state: Folders().state)
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// Puts a report into the gradebook, where one is named.
    func keep(_ report: RunReport, steps: [ReportStep]) async throws {
        if let gradebook = try gradebook() { await tell(try await gradebook.store(report, steps: steps), gradebook) }
    }

    /// Says what became of a run, and of those that were kept before, on standard error.
    func tell(_ delivery: Gradebook.Delivery, _ gradebook: Gradebook) async {
        for (file, said) in await gradebook.refused {
            Screen.remark("The gradebook refuses the run that is kept in \(file): \(Cleaner.line(said, limit: 200)). Nothing else waits for it; delete the file if you do not need it.")
        }
        let text =
            switch delivery {
            case .sent(let run): "The gradebook has it, as run \(run)."
            case .kept(let file, let error): "The gradebook did not get this run; it is kept in \(file) and sent the next time.\n\(Cleaner.text(error.description))"
            }
        Screen.remark(text)
    }
}
