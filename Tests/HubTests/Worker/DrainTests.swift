// Drain: everybody is notified, accepted commands are finished, every thread ends.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct DrainTests {
    @Test func `tells when to come back, then closes with 1001`() throws {
        let hub = try RunningHub {
            $0.workers = 2
            $0.drainSeconds = 10
        }
        let peers = [try hub.webSocket(.tess), try hub.webSocket(.ada)]
        hub.drain()
        for peer in peers {
            let (drain, code) = try endOfConnection(to: peer)
            #expect(drain?["reconnectIn"]?.intValue ?? -1 >= 0)
            #expect(code == .goingAway)
        }
        #expect(throws: (any Error).self) { try RawPeer(port: hub.port) }
    }

    @Test func `what was sent before the drain is durable or refused`() throws {
        let folder = try TemporaryFolder()
        var hub = try RunningHub(in: folder) { $0.drainSeconds = 10 }
        let clara = try hub.webSocket(.clara)
        let id = try clara.create()
        for number in 0..<20 {
            clara.send(#"{"type":"message","id":\#(number),"ticket":"\#(id)","body":"x"}"#)
        }
        let last = try clara.next("ack")
        hub.drain()
        _ = try endOfConnection(to: clara)
        let acks = clara.skipped.filter { $0["type"] == .string("ack") } + [last]
        hub = try RunningHub(in: folder)
        let joined = try hub.webSocket(.clara).join(id)
        let seqs = Set(joined["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue } ?? [])
        for ack in acks { #expect(seqs.contains(try #require(ack["seq"]?.intValue))) }
    }

    @Test func `a long poll is answered, an idle connection closed`() throws {
        let hub = try RunningHub { $0.drainSeconds = 10 }
        let (poll, idle) = (try hub.http(), try hub.http())
        #expect(try idle.ask("GET", "/healthz").status == 200)
        let id = try hub.webSocket(.clara).create()
        poll.socket.write(
            HTTPPeer.request("GET", "/api/tickets/\(id)/events?after=1&wait=30", as: .clara))
        // The poll waits once a second request of its own connection's worker has been answered.
        #expect(try idle.ask("GET", "/readyz").status == 200)
        hub.drain()
        let answer = try poll.answer()
        #expect([200, 503].contains(answer.status))
        #expect(poll.isAtEnd && idle.isAtEnd)
    }

    /// The hub's last bytes to a peer. The kernel keeps them, so the test can read after the drain.
    private func endOfConnection(
        to peer: WebSocketPeer
    ) throws -> (drain: Tree?, code: CloseCode?) {
        let code = try peer.waitForClose()
        return (peer.skipped.last { $0["type"] == .string("drain") }, code)
    }
}
