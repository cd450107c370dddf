// One loop with one accepted connection and its peer.

import TestSupport
import Testing

@testable import Reactor

struct Fixture {
    let loop: EventLoop
    let connection: Connection
    let handler: Recorder
    let peer: RawPeer

    /// A loopback TCP connection, so that resets and half closes are the real ones.
    init() throws {
        try self.init(on: EventLoop())
    }

    /// One more connection on an existing loop.
    init(on loop: EventLoop) throws {
        let handler = Recorder()
        let listener = try Listener.open(host: "127.0.0.1", port: 0)
        var accepted: Connection?
        loop.attach(listener) { descriptor, _ in
            accepted = loop.adopt(descriptor, handler: handler)
        }
        peer = try RawPeer(port: listener.port)
        loop.turn(untilTrue: { accepted != nil })
        listener.close()
        self.loop = loop
        self.handler = handler
        connection = try #require(accepted)
    }
}

extension EventLoop {
    /// Takes turns until the condition holds, or until a generous limit.
    func turn(untilTrue condition: () -> Bool, withinMilliseconds timeout: Int64 = 10_000) {
        let deadline = monotonicMilliseconds() + timeout
        while !condition(), monotonicMilliseconds() < deadline {
            turn(waitAtMostMilliseconds: 20)
        }
    }

    /// Takes turns for that long and returns how many it took.
    func countTurns(forMilliseconds duration: Int64) -> UInt64 {
        let first = turns
        let deadline = monotonicMilliseconds() + duration
        while monotonicMilliseconds() < deadline {
            turn(waitAtMostMilliseconds: Int(deadline - monotonicMilliseconds()))
        }
        return turns - first
    }
}

/// Bytes whose order shows: the period is a prime, so no block boundary falls on it.
func pattern(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { bytes.append(contentsOf: period.prefix(count - bytes.count)) }
    return bytes
}

private let period = (0..<10_007).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
