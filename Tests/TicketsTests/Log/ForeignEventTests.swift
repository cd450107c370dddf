// Events of another store or system get the form that commands give.

import TestSupport
import Testing
import Text
import Tickets

struct ForeignEventTests {
    private func created(_ change: (inout Ticket) -> Void) throws -> TicketEvent {
        let event = try #require(Conversation(.open).events.first)
        var head = try #require(event.created)
        change(&head)
        return TicketEvent(
            ticket: event.ticket, seq: 1, publicPrev: 0, at: event.at, by: event.by,
            cause: event.cause, kind: .created, created: head)
    }

    @Test func `texts of one line get the form that filters look for`() throws {
        let event = try created {
            $0.title = " Broken\nprinter\u{202E} "
            $0.project = "cafe\u{301}"
            $0.tags = ["e\u{301}t", "\u{E9}t", "b"]
            $0.watchers = [Person(id: "w", name: "A\nB", role: .technician)]
        }
        let head = try #require(try TicketEvent(foreign: event.record).created)
        #expect(ExactText(head.title) == "Brokenprinter")
        #expect(head.project == "caf\u{E9}")
        #expect(head.tags == ["\u{E9}t", "b"])
        #expect(ExactText(head.watchers[0].name) == "AB")
    }

    @Test func `words of a message stay as they are`() throws {
        let message = Message(
            id: MessageID(high: 1, low: 2), body: " e\u{301}\n title ", isInternal: false,
            mentions: [], attachments: [])
        let event = TicketEvent(
            ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .clara,
            cause: .user, kind: .message, message: message)
        #expect(try TicketEvent(foreign: event.record) == event)
        #expect(event.fault == nil)
    }

    @Test func `a ticket that does not begin at its beginning is a fault`() throws {
        #expect(try created { _ in }.fault == nil)
        let wrong: [(inout Ticket) -> Void] = [
            { $0.title = "\u{200B}" }, { $0.project = "" }, { $0.publicActivity.seq = -1 },
            { $0.activity.messageCount = .max }, { $0.reopenCount = 1 },
        ]
        for change in wrong { #expect(try created(change).fault != nil) }
    }

    @Test(
        arguments: [
            "me", "none", "system", "", " ", " a", "a\n", "a\u{200B}",
            ExactText(String(repeating: "a", count: 129)),
        ] as [ExactText])
    func `a person with an id that no token can have is a fault`(_ id: ExactText) throws {
        let person = Person(id: id, name: "A", role: .technician)
        let places: [(inout Ticket) -> Void] = [
            { $0.assignedTo = person }, { $0.watchers = [person] },
            { $0.selfWatching = [id] },
        ]
        for place in places { #expect(try created(place).fault != nil) }
        for change in [
            FieldChange.assignedTo(from: nil, to: person), .watchers(from: [person], to: []),
        ] {
            let event = TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .clara,
                cause: .user, kind: .change, changes: [change])
            #expect(event.fault?.contains("id “") == true)
        }
        let word = TicketEvent(
            ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: person,
            cause: .user, kind: .change)
        #expect(word.fault != nil && person.fault != nil)
    }

    @Test func `people of old logs, erased people and the hub are no fault`() throws {
        for id in ["jose\u{301}", "\u{212A}1", "erased-0123", "a b"] as [ExactText] {
            #expect(Person(id: id, name: "A", role: .client).fault == nil)
        }
        #expect(Person(id: "zz", name: "A", role: .system).fault != nil)
        #expect(try created { $0.watchers = [.hub] }.fault == nil)
    }

    @Test func `a line that no command makes so long or empty is a fault`() throws {
        let long = String(repeating: "a", count: 201)
        let wrong: [(inout Ticket) -> Void] = [
            { $0.title = long }, { $0.project = ExactText(String(long.prefix(101))) },
            { $0.tags = [ExactText(String(long.prefix(51)))] }, { $0.tags = [""] },
        ]
        for change in wrong { #expect(try created(change).fault != nil) }
        for change in [
            FieldChange.title(from: "a", to: ExactText(long)), .title(from: "a", to: ""),
            .project(from: "a", to: ""), .tags(from: [], to: [""]),
        ] {
            let event = TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .clara,
                cause: .user, kind: .change, changes: [change])
            #expect(event.fault != nil)
        }
    }

    @Test func `a time outside of the calendar is a fault`() throws {
        for milliseconds in [-1, Int64.max] {
            let event = TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1,
                at: Timestamp(milliseconds: milliseconds), by: .clara, cause: .user, kind: .change)
            #expect(event.fault != nil)
        }
    }

    @Test func `a person without a name is called by their id`() throws {
        for name in ["", " ", "\u{200B}"] {
            let event = try created {
                $0.watchers = [Person(id: "w", name: name, role: .technician)]
            }
            let head = try #require(try TicketEvent(foreign: event.record).created)
            #expect(head.watchers == [Person(id: "w", name: "w", role: .technician)])
            let record = Person(id: "w", name: name, role: .client).record
            #expect(try Person(foreign: record).name == "w")
        }
    }

    @Test func `a key that no command can have is a fault`() throws {
        func fault(_ key: ExactText) -> String? {
            TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .clara,
                cause: .user, kind: .change, key: key
            ).fault
        }
        for length in [1, 64] {
            #expect(fault(ExactText(String(repeating: "é", count: length))) == nil)
        }
        #expect(fault("") == "its key is empty")
        #expect(fault(ExactText(String(repeating: "k", count: 65))) != nil)
        #expect(fault(ExactText("k" + String(repeating: "\u{301}", count: 200))) != nil)
    }

    @Test func `a field that is not kept is named`() throws {
        let record = try created { _ in }.record
        let kept = try TicketEvent(foreign: record).record
        try record.requireNothingMore(than: kept)
        guard case .object(let fields) = record else {
            Issue.record("an event is an object")
            return
        }
        let more = Tree.object(fields + [.init("zz", .int(1))])
        let error = #expect(throws: RecordError.self) { try more.requireNothingMore(than: kept) }
        #expect(error?.description.contains("“zz”") == true)
        let absent = Tree.object(fields + [.init("key", .null), .init("sla", .array([]))])
        try absent.requireNothingMore(than: kept)
    }
}
