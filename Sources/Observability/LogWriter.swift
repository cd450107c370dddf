// The one thread that writes log lines: a caller never waits for the reader of the log.

import Glibc
package import Reactor

/// A bounded queue in front of a descriptor. When the reader stops, lines are dropped and counted.
package final class LogWriter: Sendable {
    private enum Message: Sendable {
        case line([UInt8])
        case end
    }

    /// Some hundred lines; more would waste memory on a stuck pipe.
    package static let waitingBytesMax = 64 * 1024

    package let dropped = Counter()
    private let waitingBytes = Counter()
    private let inbox: Mailbox<Message>
    private let ended: Mailbox<Void>

    package init(descriptor: Int32) throws(SystemError) {
        let inbox = try Mailbox<Message>()
        let ended = try Mailbox<Void>()
        let waitingBytes = waitingBytes
        self.inbox = inbox
        self.ended = ended
        _ = try LoopThread.start(name: "log") {
            Self.run(inbox, descriptor, waitingBytes)
            ended.post(())
        }
    }

    deinit { inbox.post(.end) }

    /// Queues the line or drops it; never waits.
    package func write(_ line: [UInt8]) {
        guard waitingBytes.current + line.count <= Self.waitingBytesMax else {
            return dropped.add(1)
        }
        waitingBytes.add(line.count)
        inbox.post(.line(line))
    }

    /// Waits until the queued lines are written, at most for the given time: the reader may have
    /// stopped.
    package func finish(withinMilliseconds limit: Int) {
        inbox.post(.end)
        ended.wait(timeoutMilliseconds: limit)
    }

    private static func run(
        _ inbox: Mailbox<Message>, _ descriptor: Int32, _ waitingBytes: Counter
    ) {
        while true {
            inbox.wait(timeoutMilliseconds: nil)
            for message in inbox.drain() {
                guard case .line(let line) = message else { return }
                put(line, to: descriptor)
                waitingBytes.add(-line.count)
            }
        }
    }

    /// Blocks while the pipe is full. If the descriptor is closed, the line is lost.
    private static func put(_ line: [UInt8], to descriptor: Int32) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Another process made the pipe non-blocking.
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&request, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
