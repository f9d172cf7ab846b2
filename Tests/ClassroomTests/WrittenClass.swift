import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Classroom

/// A class's file that a test writes down itself.
enum WrittenClass {
    /// Writes it into a folder that goes away, and reads it for a lab that is the only one, or is called `cluster`.
    static func read(_ text: String, as name: String, of outline: LabOutline) -> Result<Class, Complaints> {
        do {
            let it = try TemporaryFolder.with { folder in
                let url = folder.appending(path: name)
                try text.write(to: url, atomically: true, encoding: .utf8)
                return try Class.load(url, platform: "debian12") { $0 == nil || $0 == "cluster" ? outline : nil }
            }
            return .success(it)
        } catch let error as Complaints {
            return .failure(error)
        } catch {
            Issue.record(error)
            return .failure(Complaints([]))
        }
    }
}
