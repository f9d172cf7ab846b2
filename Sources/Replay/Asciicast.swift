import Display
import Facts
import Foundation

/// A replay as an asciicast of version 2, which asciinema plays: https://docs.asciinema.org/manual/asciicast/v2/
///
/// It is the walk as it scrolls by: each event with its heading, long pauses cut, long outputs line by line.
package struct Asciicast {
    private let replay: Replay
    private let terminal: Terminal
    private let height = 24
    /// A pause of the walk is at least and at most so long, in seconds.
    private static let pauses = 1.5...5.0
    /// From one line to the next, in seconds.
    private static let line = 0.04

    /// - Parameter width: the columns of the recording.
    package init(_ replay: Replay, width: Int = 80) {
        self.replay = replay
        terminal = Terminal(isTerminal: true, hasColour: true, hasUnicode: true, canRedraw: false, width: width)
    }

    /// The file, a line at a time.
    /// - Throws: the encoder's error.
    package func write(_ line: (String) throws -> Void) throws {
        let start = replay.moments.first?.at ?? 0
        let header = Header(
            version: 2, width: terminal.width, height: height, timestamp: start, title: replay.lab.title, env: ["TERM": "xterm-256color"])
        try line(Self.json(header))
        let transcript = Transcript(replay, terminal: terminal)
        var time = 0.5
        for index in replay.moments.indices {
            let text = SecretMask.mask(transcript.text(of: index)).text
            for row in text.split(separator: "\n", omittingEmptySubsequences: false) {
                try line("[\((time * 1000).rounded() / 1000), \"o\", \(Self.json(row + "\r\n"))]")
                time += Self.line
            }
            let next = index + 1 < replay.moments.count ? replay.moments[index + 1].at : replay.moments[index].at
            time += min(max(Double(next - replay.moments[index].at), Self.pauses.lowerBound), Self.pauses.upperBound)
        }
    }

    private struct Header: Encodable {
        var version: Int
        var width: Int
        var height: Int
        var timestamp: Int
        var title: String
        var env: [String: String]
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
