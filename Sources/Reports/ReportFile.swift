import Checks
import DataFiles
import Foundation

/// A file that is not a report of ours, or not all of one.
package struct ReportFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Fault: Error, Sendable, Hashable {
        /// It cannot be read.
        case unreadable(String)
        case empty
        /// It is JSON that ends too early, or not JSON at all.
        case notJSON(String)
        /// It is JSON, but something else.
        case foreign(String)
        case format(Int)
        /// It contradicts itself.
        case contradicts(String)
    }

    package var file: String
    package var fault: Fault

    package init(file: String, fault: Fault) {
        self.file = file
        self.fault = fault
    }

    package var description: String {
        switch fault {
        case .unreadable(let said): "\(file) cannot be read: \(said)."
        case .empty: "\(file) is empty. Was the run that wrote it stopped?"
        case .notJSON(let said): "\(file) is not a complete JSON file: \(said) Was it cut short?"
        case .foreign(let said): "\(file) is not a report from lab verify --format json: \(said)."
        case .format(let format): "\(file) has format \(format). This lab reads format \(RunReport.format)."
        case .contradicts(let said): "\(file) contradicts itself: \(said). It was changed after lab wrote it."
        }
    }
}

extension RunReport {
    /// The largest file that is read: a thousand students' worth, several times over.
    package static let largestFile = 512 << 20

    /// Reads what `json()` wrote.
    /// - Throws: `ReportFileError`.
    package init(reading file: URL) throws {
        let name = file.relativePath
        let data: Data
        do throws(FileFault) {
            data = try BoundedFile.read(file, atMost: Self.largestFile)
        } catch {
            throw ReportFileError(file: name, fault: .unreadable(error.said))
        }
        try self.init(json: data, from: name)
    }

    /// - Parameter name: where the data comes from, for errors.
    /// - Throws: `ReportFileError`.
    package init(json data: Data, from name: String) throws {
        do {
            guard !data.isEmpty else { throw ReportFileError.Fault.empty }
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            self = try decoder.decode(RunReport.self, from: data)
            try checkConsistency()
        } catch let fault as ReportFileError.Fault {
            throw ReportFileError(file: name, fault: fault)
        } catch let error as DecodingError {
            throw ReportFileError(file: name, fault: Self.fault(error))
        }
    }

    /// Whether a run can be of that time. Clocks go wrong, also by years; before there was lab, nobody looked.
    private static func isPossible(_ date: Date) -> Bool { (946_684_800...32_503_680_000).contains(date.timeIntervalSince1970) }

    /// - Throws: `ReportFileError.Fault`.
    private func checkConsistency() throws {
        var names: Set<String> = []
        for (name, date) in [("started", started), ("finished", finished)] {
            guard Self.isPossible(date) else {
                throw ReportFileError.Fault.contradicts("'\(name)' is \(date.ISO8601Format()), which cannot be")
            }
        }
        for student in students {
            guard Self.isPossible(student.collected.at) else {
                throw ReportFileError.Fault.contradicts(
                    "student '\(student.student)' was looked at on \(student.collected.at.ISO8601Format()), which cannot be")
            }
            let machines = student.machines.map(\.machine)
            guard Set(machines).count == machines.count else {
                throw ReportFileError.Fault.contradicts("student '\(student.student)' has a machine in it twice")
            }
            guard names.insert(student.student).inserted else {
                throw ReportFileError.Fault.contradicts("student '\(student.student)' is in it twice")
            }
        }
        guard counts == VerdictCounts(words: students.lazy.flatMap(\.verdicts).map(\.verdict)) else {
            throw ReportFileError.Fault.contradicts("its counts are not those of its verdicts")
        }
    }

    private static func fault(_ error: DecodingError) -> ReportFileError.Fault {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            let place = path(context)
            return .foreign("'\(key.stringValue)' is missing\(place.isEmpty ? "" : " in \(place)")")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return .foreign(path(context).isEmpty ? "it is not an object" : "\(path(context)) has another type")
        case .dataCorrupted(let context):
            guard context.codingPath.isEmpty else { return .foreign("\(path(context)): \(context.debugDescription)") }
            let said = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
            return .notJSON(said ?? context.debugDescription)
        @unknown default: return .foreign("\(error)")
        }
    }
}
