// Commands from the runner, one word on each line of standard input. The end of the input means stop,
// so that no generator outlives its runner.

import Glibc
import Reactor

enum ControlCommand: String {
    /// Begin sending.
    case start
    /// Reset the counts: the measured window begins.
    case mark
    /// The window ends: finish messages under way, check, report, exit.
    case stop
    /// Close every connection, and reconnect with `after`.
    case reconnect
}

enum ControlChannel {
    /// Reads commands on a thread of its own, since reading from a pipe blocks.
    static func listen() throws(SystemError) -> Mailbox<ControlCommand> {
        let mailbox = try Mailbox<ControlCommand>()
        _ = try LoopThread.start(name: "control") {
            while let line = readLine() {
                if let command = ControlCommand(rawValue: line) { mailbox.post(command) }
            }
            mailbox.post(.stop)
        }
        return mailbox
    }

    /// Writes to the descriptor: flushing the C streams would wait for the one being read.
    static func say(_ line: String) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
