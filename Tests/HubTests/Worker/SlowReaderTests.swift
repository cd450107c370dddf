// A reader that reads nothing: its queue is bounded, it gets a notice of missed events, and catches
// up.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct SlowReaderTests {
    /// More than the kernel's own buffers of a loopback connection can hold.
    private static let messages = 400
    private static let body = String(repeating: "x", count: 16_000)

    @Test func `what does not fit becomes one behind, and a join fetches it`() throws {
        let hub = try RunningHub {
            $0.outboundBytes = 64 * 1024
            $0.commandsPerSecond = 0
        }
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        try tess.join(id)
        for _ in 0..<Self.messages {
            _ = try clara.ask(
                #"{"type":"message","ticket":"\#(id)","body":"\#(Self.body)"}"#, for: "ack")
        }
        let newest = Self.messages + 1
        let behind = try tess.next("behind")
        var seqs = tess.skipped.filter { $0["type"] == .string("event") }
            .compactMap { $0["seq"]?.intValue }
        #expect(behind["ticket"] == .string(ExactText(id)))
        #expect(behind["from"]?.intValue == (seqs.last ?? 1) + 1)
        #expect(behind["to"] == .int(newest))
        #expect(seqs.count < Self.messages, "else nothing was held back")
        var more = true
        while more {
            let page = try tess.join(id, after: seqs.last ?? 1)
            seqs += page["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue } ?? []
            more = page["more"] == .bool(true)
        }
        #expect(seqs == Array(2...newest))
    }

    @Test func `a slow reader delays no other connection`() throws {
        let hub = try RunningHub {
            $0.outboundBytes = 16 * 1024
            $0.commandsPerSecond = 0
        }
        let (clara, silent) = (try hub.webSocket(.clara), try hub.webSocket(.ada))
        let tess = try hub.webSocket(.tess)
        let id = try clara.create()
        try silent.join(id)
        try tess.join(id)
        for number in 2...Self.messages {
            clara.send(#"{"type":"message","ticket":"\#(id)","body":"\#(Self.body)"}"#)
            #expect(try tess.next("event")["seq"] == .int(number))
            _ = try clara.next("ack")
        }
    }

    @Test func `an event larger than the bound still reaches a reader that takes it`() throws {
        let hub = try RunningHub { $0.outboundBytes = 1000 }
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        try tess.join(id)
        for number in 2...4 {
            clara.send(#"{"type":"message","ticket":"\#(id)","body":"\#(Self.body)"}"#)
            let frame = try tess.next("event")
            #expect(frame["seq"] == .int(number))
        }
    }
}
