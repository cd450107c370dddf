// Orders from whoever runs the generator, one word a line on standard input; the end of the input
// is an order to stop, so that no generator outlives its runner.

import Glibc
import Reactor

enum Order: String {
    /// Begin to send.
    case start
    /// Forget what was counted so far: the measured window begins.
    case mark
    /// The window ends: finish what is under way, check, report, end.
    case stop
    /// Close every connection, and come back with `after`.
    case reconnect
}

enum Orders {
    /// Reads them on a thread of its own: reading from a pipe blocks.
    static func listen() throws(SystemError) -> Mailbox<Order> {
        let mailbox = try Mailbox<Order>()
        _ = try LoopThread.start(name: "orders") {
            while let line = readLine() {
                if let order = Order(rawValue: line) { mailbox.post(order) }
            }
            mailbox.post(.stop)
        }
        return mailbox
    }

    /// Straight to the descriptor: flushing the C streams would wait for the one that is read from.
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
