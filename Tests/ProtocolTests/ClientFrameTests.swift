// The decoded form of each frame of a client (docs/protocol.md 7.4).

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct ClientFrameTests {
    private func decode(_ text: String, by person: Person = .tess) throws -> ClientFrame {
        try DecodedFrame(Array(text.utf8), caller: person.caller).content.get()
    }

    private func edit(_ text: String) throws -> (TicketReference, TicketEdit, key: ExactText?) {
        guard case .command(.edit(let ticket, let edit), let key) = try decode(text) else {
            throw TicketRejection(.badRequest, "The frame is no edit.")
        }
        return (ticket, edit, key)
    }

    @Test func `join with and without its bounds`() throws {
        guard case .join(.number(7), nil, nil) = try decode(#"{"type":"join","ticket":"T-7"}"#),
            case .join(.number(7), 0, 3) = try decode(
                #"{"type":"join","id":"a","ticket":"T-7","after":0,"limit":3}"#)
        else {
            Issue.record("not a join")
            return
        }
    }

    @Test func `message with everything it may carry`() throws {
        let file = String(repeating: "b", count: 24)
        let (ticket, edit, key) = try edit(
            """
            {"type":"message","id":1,"ticket":"T-7","body":"hé","internal":true,\
            "attachments":["\(file)"],"mentions":["t2"],"action":"take",\
            "set":{"priority":"high"},"baseSeq":4,"force":true,"key":"k"}
            """)
        #expect(ticket == .number(7))
        #expect(key == "k")
        #expect(edit.action == .take)
        #expect(edit.edits.priority == .high)
        let draft = try #require(edit.draft)
        #expect(draft.body == "hé")
        #expect(draft.isInternal && draft.force)
        #expect(draft.attachments.map(\.description) == [file])
        #expect(draft.mentions == ["t2"])
        #expect(draft.baseSeq == 4)
    }

    @Test func `a message without a body is its action or a refused empty draft`() throws {
        let action = try edit(#"{"type":"message","ticket":"T-7","action":"resolve"}"#).1
        #expect(action.draft == nil)
        let empty = try edit(#"{"type":"message","ticket":"T-7"}"#).1
        #expect(empty.draft == Draft(body: ""))
        let blank = try edit(#"{"type":"message","ticket":"T-7","body":"","action":"wait"}"#).1
        #expect(blank.draft == Draft(body: ""))
    }

    @Test func `update with every field of set`() throws {
        let (_, edit, _) = try edit(
            """
            {"type":"update","ticket":"T-7","ifSeq":9,"action":"reopen","set":{"status":"waiting",\
            "priority":"low","category":"change","title":"t","project":"p","assignedTo":"me",\
            "watchers":["me","c1"],"tags":["x"],"targetHours":1.5,\
            "dueAt":"2026-11-30T18:00:00+01:00"}}
            """)
        #expect(edit.expectedSeq == 9)
        #expect(edit.action == .reopen)
        var edits = FieldEdits()
        edits.status = .waiting
        edits.priority = .low
        edits.category = .change
        edits.title = "t"
        edits.project = "p"
        edits.assignedTo = .caller
        edits.watchers = ["me", "c1"]
        edits.tags = ["x"]
        edits.targetHours = 1.5
        edits[.dueAt] = .time(Timestamp(milliseconds: 1_796_058_000_000))
        #expect(edit.edits == edits)
    }

    @Test func `encodes no assignee, an assignee and no target`() throws {
        func edits(_ set: String) throws -> FieldEdits {
            try edit("{\"type\":\"update\",\"ticket\":\"T-7\",\"set\":\(set)}").1.edits
        }
        #expect(try edits(#"{"assignedTo":null}"#).assignedTo == .nobody)
        #expect(try edits(#"{"assignedTo":"t2"}"#).assignedTo == .person("t2"))
        #expect(try edits(#"{"targetHours":null}"#).targetHours == .some(.none))
        #expect(try edits(#"{"targetHours":8}"#).targetHours == .some(.some(8)))
        #expect(try edits(#"{"dueAt":null}"#)[.dueAt] == .empty)
        for wrong in [#""tomorrow""#, "1796058000000", #""2026-11-30""#, "[]", "\"\""] {
            let refusal = #expect(throws: TicketRejection.self) {
                try edits(#"{"dueAt":\#(wrong)}"#)
            }
            #expect(refusal?.field == "dueAt")
        }
    }

    @Test func `create with what a new ticket needs`() throws {
        let frame = try decode(
            """
            {"type":"create","key":"k","set":{"title":"t","description":"d","category":"incident",\
            "priority":"urgent","project":"p","tags":["x"],"clientId":"c1"}}
            """)
        guard case .command(.create(let new), "k") = frame else {
            Issue.record("not a create: \(frame)")
            return
        }
        #expect(new.title == "t" && new.description == "d" && new.project == "p")
        #expect(new.category == .incident && new.priority == .urgent)
        #expect(new.tags == ["x"] && new.clientID == "c1")
    }

    @Test func `typing, read, view and the small ones`() throws {
        guard
            case .typing(.number(7), true, false) = try decode(
                #"{"type":"typing","ticket":"T-7","on":true}"#),
            case .typing(.number(7), false, true) = try decode(
                #"{"type":"typing","ticket":"T-7","on":false,"internal":true}"#),
            case .read(.number(7), 3) = try decode(#"{"type":"read","ticket":"T-7","seq":3}"#),
            case .view(.number(7), true) = try decode(
                #"{"type":"view","ticket":"T-7","focus":true}"#),
            case .leave(.number(7)) = try decode(#"{"type":"leave","ticket":"T-7"}"#),
            case .queueLeave = try decode(#"{"type":"queue.leave"}"#),
            case .auth("J") = try decode(#"{"type":"auth","token":"J"}"#),
            case .ping = try decode(#"{"type":"ping"}"#)
        else {
            Issue.record("a frame decoded to something else")
            return
        }
    }

    @Test func `a queue's filter takes one value or a list`() throws {
        let frame = try decode(
            """
            {"type":"queue.join","limit":10,"filter":{"status":"open","priority":["high","low"],\
            "category":"change","sla":["breached"],"project":"p","client":["c1"],"tag":"x",\
            "assignedTo":["me","none","t2"],"watching":"me","q":"jam"}}
            """)
        guard case .queueJoin(let filter, 10) = frame else {
            Issue.record("not a queue.join: \(frame)")
            return
        }
        var expected = TicketFilter()
        expected.status = [.open]
        expected.priority = [.high, .low]
        expected.category = [.change]
        expected.sla = [.breached]
        expected.project = ["p"]
        expected.client = ["c1"]
        expected.tag = ["x"]
        expected.assignedTo = [.person("t1"), .nobody, .person("t2")]
        expected.watchedBy = "t1"
        expected.text = "jam"
        #expect(filter == expected)
    }

    @Test func `the id comes back as it was, also from a refused frame`() throws {
        let ids: [(String, Tree)] = [
            ("\"a\"", .string("a")), ("17", .int(17)), ("1.5", .double(1.5)),
            ("\"\"", .string("")),
        ]
        for (text, id) in ids {
            let good = DecodedFrame(
                Array("{\"type\":\"ping\",\"id\":\(text)}".utf8), caller: Person.tess.caller)
            #expect(good.id == id)
            let bad = DecodedFrame(
                Array("{\"id\":\(text),\"type\":\"nonsense\"}".utf8), caller: Person.tess.caller)
            #expect(bad.id == id)
            #expect(throws: TicketRejection.self) { try bad.content.get() }
        }
    }
}
