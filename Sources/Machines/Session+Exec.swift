import CSSH
import Foundation

/// What a command on a machine did.
package struct CommandResult: Sendable, Hashable {
    /// Its exit status; nil when a signal ended it or the machine reported none.
    package var status: Int?
    package var output: [UInt8]
    package var errors: [UInt8]
    /// Whether it wrote more than was allowed: the rest was not read.
    package var isCut: Bool
}

/// How much a command may take.
package struct CommandLimits: Sendable, Hashable {
    package var seconds: Int
    /// Of output and errors together.
    package var bytes: Int

    package init(seconds: Int, bytes: Int) {
        self.seconds = seconds
        self.bytes = bytes
    }
}

/// Which stream of a command some output came from.
package enum CommandStream: Sendable, Hashable { case output, errors }

extension Session {
    /// Runs a command with these bytes as its standard input.
    /// - Parameter live: sees output as it comes, on the session's thread.
    /// - Throws: `ConnectionError` or `CancellationError`; in both cases the channel is closed, and what runs there loses its
    ///   input and output.
    func run(
        _ command: String, input: [UInt8], limits: CommandLimits, live: (CommandStream, [UInt8]) -> Void, cancellation: Cancellation
    ) throws -> CommandResult {
        let deadline = Deadline(seconds: limits.seconds)
        guard let channel = ssh_channel_new(handle) else { throw ConnectionError.lost(place: place, said: said) }
        defer {
            ssh_channel_close(channel)
            ssh_channel_free(channel)
            touch()
        }
        let opening = Deadline(seconds: min(limits.seconds, 10))
        guard try drive(.running, opening, cancellation, { ssh_channel_open_session(channel) }) == SSH_OK,
            try drive(.running, opening, cancellation, { ssh_channel_request_exec(channel, command) }) == SSH_OK
        else { throw ConnectionError.lost(place: place, said: said) }

        var result = CommandResult(status: nil, output: [], errors: [], isCut: false)
        var rest = input[...]
        var inputEnded = false
        // One for all reads: most of them find nothing, as each answer comes by itself.
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        while true {
            var moved = false
            if !inputEnded { (moved, inputEnded) = try feed(channel, &rest) }
            for stream in [CommandStream.output, .errors] {
                while let bytes = try read(channel, stream, &buffer) {
                    moved = true
                    PipeSignal.released { live(stream, bytes) }
                    if stream == .output { result.output += bytes } else { result.errors += bytes }
                    if result.output.count + result.errors.count > limits.bytes {
                        result.isCut = true
                        return result
                    }
                    if cancellation.isCancelled { throw CancellationError() }
                    if deadline.isOver { throw ConnectionError.timedOut(stage: .running, place: place, seconds: limits.seconds) }
                }
            }
            if ssh_channel_is_eof(channel) != 0, lab_channel_exit_status(channel) >= 0 || ssh_channel_is_closed(channel) != 0 { break }
            if ssh_channel_is_closed(channel) != 0 || !isConnected {
                if !isConnected { throw ConnectionError.lost(place: place, said: said) }
                break
            }
            // Looking for errors may have taken output from the socket, and the socket would not announce it again.
            if !moved, ssh_channel_poll(channel, 0) <= 0 { try wait(.running, deadline, cancellation) }
        }
        let status = lab_channel_exit_status(channel)
        result.status = status >= 0 ? Int(status) : nil
        return result
    }

    /// Writes as much of the input as the machine takes now.
    private func feed(_ channel: ssh_channel, _ rest: inout ArraySlice<UInt8>) throws -> (moved: Bool, ended: Bool) {
        var moved = false
        while !rest.isEmpty {
            let window = Int(ssh_channel_window_size(channel))
            guard window > 0 else { return (moved, false) }
            let piece = rest.prefix(min(window, 32 << 10))
            let written = piece.withUnsafeBytes { ssh_channel_write(channel, $0.baseAddress, UInt32($0.count)) }
            if written == SSH_AGAIN || written == 0 { return (moved, false) }
            // A command that has ended takes no more input: its status is what counts.
            guard written > 0 else { return (moved, true) }
            rest = rest.dropFirst(Int(written))
            moved = true
        }
        ssh_channel_send_eof(channel)
        return (true, true)
    }

    /// The next bytes of a stream that have come already; nil when there are none.
    private func read(_ channel: ssh_channel, _ stream: CommandStream, _ buffer: inout [UInt8]) throws -> [UInt8]? {
        let count = buffer.withUnsafeMutableBytes {
            ssh_channel_read_nonblocking(channel, $0.baseAddress, UInt32($0.count), stream == .errors ? 1 : 0)
        }
        if count == SSH_ERROR, !isConnected { throw ConnectionError.lost(place: place, said: said) }
        guard count > 0 else { return nil }
        return Array(buffer.prefix(Int(count)))
    }
}
