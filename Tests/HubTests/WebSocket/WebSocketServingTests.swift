// A hub on real sockets: the frames of one and several people.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct WebSocketServingTests {
    @Test func `hello comes first and names the person and the limits`() throws {
        let hub = try RunningHub()
        let tess = try hub.webSocket(.tess)
        #expect(tess.hello["type"] == .string("hello"))
        #expect(tess.hello["protocol"] == .string("guichet.v1"))
        #expect(tess.hello["you"]?["id"] == .string("t1"))
        #expect(tess.hello["limits"]?["bodyBytes"] == .int(16384))
        #expect(tess.hello["heartbeat"] == .int(25))
    }

    @Test func `create, join, message: event for all, ack for the author`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        let joined = try tess.join(id)
        #expect(joined["seq"] == .int(1))
        #expect(joined["events"]?[0]?["kind"] == .string("created"))
        tess.send(#"{"type":"message","id":9,"ticket":"\#(id)","body":"hé 🌻"}"#)
        let ack = try tess.next("ack")
        #expect(ack["re"] == .int(9))
        #expect(ack["seq"] == .int(2))
        let heard = try clara.next("event")
        #expect(heard["message"]?["body"] == .string("hé 🌻"))
        #expect(heard["message"]?["id"] == ack["messageId"])
        #expect(heard["prev"] == .int(1))
        let own = tess.skipped.filter { $0["type"] == .string("event") }
        #expect(
            own.map { $0["message"] } == [heard["message"]],
            "the author's own event comes, and before the ack")
    }

    @Test func `internal notes stay among staff, live and on joining`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        try tess.join(id)
        tess.send(#"{"type":"message","ticket":"\#(id)","body":"CANARY","internal":true}"#)
        _ = try tess.next("ack")
        tess.send(#"{"type":"message","ticket":"\#(id)","body":"public"}"#)
        let heard = try clara.next("event")
        #expect(heard["seq"] == .int(3))
        #expect(heard["prev"] == .int(1))
        let page = try clara.join(id)
        #expect(page["events"]?.arrayValue?.map { $0["seq"] } == [.int(1), .int(3)])
        #expect(!"\(clara.skipped)\(page)".contains("CANARY"))
    }

    @Test func `a key sent twice is answered twice and stored once`() throws {
        let hub = try RunningHub()
        let clara = try hub.webSocket(.clara)
        let id = try clara.create()
        let message = #"{"type":"message","id":"m","ticket":"\#(id)","body":"x","key":"k"}"#
        let first = try clara.ask(message, for: "ack")
        let second = try clara.ask(message, for: "ack")
        #expect(first["replayed"] == nil)
        #expect(second["replayed"] == .bool(true))
        #expect(second["messageId"] == first["messageId"])
        #expect(try clara.join(id)["seq"] == .int(2))
    }

    @Test func `refusals name code, field and id, and the connection lives on`() throws {
        let hub = try RunningHub()
        let clara = try hub.webSocket(.clara)
        let cases = [
            (#"{"type":"nonsense","id":"1"}"#, "bad_request", "type"),
            (#"{"type":"join","id":"1","ticket":"T-9999"}"#, "not_found", "ticket"),
            (#"{"type":"queue.join","id":"1"}"#, "forbidden", "type"),
            (#"{"type":"leave","id":"1","ticket":"T-1"}"#, "not_found", "ticket"),
            (#"{"type":"auth","id":"1","token":"x"}"#, "unauthorized", nil),
        ]
        for (frame, code, field) in cases {
            let error = try clara.ask(frame, for: "error")
            #expect(error["re"] == .string("1"))
            #expect(error["code"] == .string(ExactText(code)))
            #expect(error["field"]?.stringValue == field, "\(frame)")
        }
        #expect(try clara.ask(#"{"type":"ping","id":7}"#, for: "pong")["re"] == .int(7))
    }

    @Test func `to a person without access the ticket does not exist`() throws {
        let hub = try RunningHub()
        let (clara, colin) = (try hub.webSocket(.clara), try hub.webSocket(.colin))
        let id = try clara.create()
        let missing = String(repeating: "0", count: 24)
        var answers: [Tree?] = []
        for name in [id, missing] {
            let join = #"{"type":"join","id":"1","ticket":"\#(name)"}"#
            answers.append(try colin.ask(join, for: "error")["message"])
        }
        #expect(answers[0] == answers[1])
    }

    @Test func `a member who loses access gets removed and nothing more`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let theo = try hub.webSocket(.theo)
        let id = try clara.create()
        try tess.join(id)
        try theo.join(id)
        tess.send(#"{"type":"update","ticket":"\#(id)","action":"take"}"#)
        _ = try tess.next("ack")
        #expect(try theo.next("removed")["ticket"] == .string(ExactText(id)))
        tess.send(#"{"type":"message","ticket":"\#(id)","body":"CANARY"}"#)
        _ = try tess.next("ack")
        _ = try theo.ask(#"{"type":"ping"}"#, for: "pong")
        #expect(!"\(theo.skipped)".contains("CANARY"))
    }

    @Test func `the queue reports new tickets and those that a colleague takes`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let theo = try hub.webSocket(.theo)
        let queue = try theo.ask(#"{"type":"queue.join","id":"q"}"#, for: "queue")
        #expect(queue["tickets"] == .array([]))
        let id = try clara.create()
        let upsert = try theo.next("queue.event")
        #expect(upsert["ticket"]?["id"] == .string(ExactText(id)))
        #expect(upsert["rev"] == .int(1))
        tess.send(#"{"type":"update","ticket":"\#(id)","action":"take"}"#)
        let removal = try theo.next("queue.event")
        #expect(removal["op"] == .string("remove"))
        #expect(removal["why"] == .string("taken"))
        #expect(removal["by"]?["id"] == .string("t1"))
        #expect(removal["rev"] == .int(2))
        _ = try theo.ask(#"{"type":"queue.leave","id":"l"}"#, for: "queue.left")
    }

    @Test func `the 101st room is refused`() throws {
        let hub = try RunningHub { $0.rooms = 2 }
        let clara = try hub.webSocket(.clara)
        let ids = [try clara.create("A"), try clara.create("B"), try clara.create("C")]
        let join = #"{"type":"join","id":"1","ticket":"\#(ids[2])"}"#
        #expect(try clara.ask(join, for: "error")["code"] == .string("too_large"))
        _ = try clara.ask(#"{"type":"leave","ticket":"\#(ids[0])"}"#, for: "left")
        #expect(try clara.join(ids[2])["seq"] == .int(1))
    }

    @Test func `too many commands are refused with a time to wait`() throws {
        let hub = try RunningHub {
            $0.commandsPerSecond = 1
            $0.commandBurst = 3
        }
        let tess = try hub.webSocket(.tess)
        for _ in 0..<3 { _ = try tess.ask(#"{"type":"queue.leave"}"#, for: "queue.left") }
        let error = try tess.ask(#"{"type":"queue.leave","id":"n"}"#, for: "error")
        #expect(error["code"] == .string("rate_limited"))
        #expect(error["re"] == .string("n"))
        #expect(error["retryAfter"] == .int(1))
        for _ in 0..<20 { _ = try tess.ask(#"{"type":"ping"}"#, for: "pong") }
    }

    // MARK: Close codes

    @Test func `binary frames end with 1003`() throws {
        let hub = try RunningHub()
        let tess = try hub.webSocket(.tess)
        tess.send(.binary, [1, 2])
        #expect(try tess.waitForClose() == .unsupportedData)
    }

    @Test func `text that is not UTF-8 ends with 1007`() throws {
        let hub = try RunningHub()
        let tess = try hub.webSocket(.tess)
        tess.send(.text, [0xC3, 0x28])
        #expect(try tess.waitForClose() == .invalidPayload)
    }

    @Test func `a message over the limit ends with 1009`() throws {
        let hub = try RunningHub { $0.frameBytes = 1000 }
        let tess = try hub.webSocket(.tess)
        tess.send(.text, [UInt8](repeating: 0x20, count: 1001))
        #expect(try tess.waitForClose() == .messageTooBig)
    }

    @Test func `an unmasked frame ends with 1002`() throws {
        let hub = try RunningHub()
        let tess = try hub.webSocket(.tess)
        tess.socket.write(FrameEncoder.frame(.text, payload: Array("{}".utf8)))
        #expect(try tess.waitForClose() == .protocolError)
    }

    @Test func `a close is answered with its own code, then the hub hangs up`() throws {
        let hub = try RunningHub()
        let tess = try hub.webSocket(.tess)
        tess.send(.close, FrameEncoder.closePayload(code: .normal, reason: "bye"))
        #expect(try tess.waitForClose() == .normal)
        #expect(tess.socket.read().isEmpty)
    }
}
