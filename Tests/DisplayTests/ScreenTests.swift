@testable import Display
import Foundation
import Glibc
import Testing

/// What cannot be written does not look as if it had been. How the program ends then is in Tests/EndToEnd.
@Suite struct ScreenTests {
    @Test func aFullDiskIsAnError() throws {
        let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        #expect(Screen.write("text", to: full.fileDescriptor) == ENOSPC)
        #expect(Screen.write("", to: full.fileDescriptor) == 0)
    }

    @Test func aFileThatIsForReadingOnlyIsAnError() throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: "/dev/null"))
        #expect(Screen.write("text", to: file.fileDescriptor) == EBADF)
    }

    @Test func whatIsWrittenIsNoError() throws {
        let file = try FileHandle(forWritingTo: URL(filePath: "/dev/null"))
        #expect(Screen.write("text", to: file.fileDescriptor) == 0)
    }
}
