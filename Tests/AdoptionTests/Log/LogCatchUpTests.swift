import Adoption
import Testing
import Text
import Tickets

/// An old ticket before and after, followed.
private struct Followed {
    var log: [TicketEvent]
    private let directory = OldPeople()

    init(_ fields: String) throws {
        log = LogBuilder.build(try Self.ticket(fields), number: 7, directory, now: january).events
    }

    private static func ticket(_ fields: String) throws -> OldTicket {
        var report = AdoptionReport()
        return try OldTicketReader(
            try AdoptionMap(json: Array("{}".utf8)), OldPeople(), now: january
        )
        .read(try document(fields), &report)
    }

    func missing(_ fields: String) throws -> [TicketEvent] {
        let found = LogCatchUp.events(
            of: try Self.ticket(fields), log: log, number: 0, directory, changedAt: january,
            now: january)
        return try #require(found).events
    }

    /// Appends as a store does: redactions empty what they redact.
    mutating func append(_ events: some Sequence<TicketEvent>) {
        for event in events {
            log.append(event)
            guard let redaction = event.redaction, let mark = event.mark else { continue }
            log[redaction.seq - 1] = log[redaction.seq - 1].redacted(mark)
        }
    }

    mutating func follow(_ fields: String) throws -> [TicketEvent] {
        let events = try missing(fields)
        append(events)
        return events
    }

    func differences(_ fields: String) throws -> [String] {
        LogComparison.differences(try Self.ticket(fields), log, directory).map(\.what)
    }

    var bodies: [String] { log.compactMap { $0.message?.body }.filter { !$0.isEmpty } }
}

struct LogCatchUpTests {
    private static let first =
        #"{"_id": "aaaaaaaaaaaaaaaaaaaaaaaa", "body": "Hello", "from": "ann", "at": 1740823200000}"#
    private static let second =
        #"{"_id": "bbbbbbbbbbbbbbbbbbbbbbbb", "body": "Hm", "from": "bob", "at": 1740826800000}"#

    private static func fields(_ messages: [String], _ more: String = "") -> String {
        #""client": "ann", "title": "T", "messages": [\#(messages.joined(separator: ","))]\#(more)"#
    }

    @Test func `nothing is missing right after the adoption`() throws {
        let fields = Self.fields(
            [Self.first, Self.second],
            """
            , "status": "waiting", "assignedTo": "bob", "tags": ["a"], "watchers": ["cara"],
            "mood": "green", "sla": {"targetHours": 2, "breached": true},
            "history": [{"action": "status", "to": "waiting", "by": "bob", "at": 1740823300000},
                        {"action": "priority", "to": "normal", "by": "bob", "at": 1740823300000},
                        {"action": "note", "note": "Well", "by": "bob", "at": 1740823300000}]
            """)
        #expect(try Followed(fields).missing(fields).isEmpty)
        #expect(try Followed(fields).differences(fields).isEmpty)
    }

    @Test func `new messages and lines keep their time and author`() throws {
        var followed = try Followed(Self.fields([Self.first]))
        let after = Self.fields(
            [Self.first, Self.second],
            """
            , "status": "in_progress",
            "history": [{"action": "status", "from": "open", "to": "in_progress", "by": "bob",
                         "at": 1740826800000}]
            """)
        let events = try followed.follow(after)
        #expect(events.map(\.kind) == [.change, .message])
        #expect(events.map(\.at.milliseconds) == [1_740_826_800_000, 1_740_826_800_000])
        #expect(events.map(\.by.id) == ["bob", "bob"])
        #expect(try followed.missing(after).isEmpty)
        #expect(try followed.differences(after).isEmpty)
    }

    @Test func `an edited message is redacted, and its new text is a message`() throws {
        var followed = try Followed(Self.fields([Self.first, Self.second]))
        for text in ["Hello!", "Hello?"] {
            let edited = Self.first.replacing("Hello", with: text)
            let events = try followed.follow(Self.fields([edited, Self.second]))
            #expect(events.map(\.kind) == [.message, .message, .redaction])
            #expect(events.first?.by.id == "ann")
            #expect(events.first?.message?.body == text)
            #expect(events[1].message?.isInternal == true)
            #expect(try followed.missing(Self.fields([edited, Self.second])).isEmpty)
            #expect(try followed.differences(Self.fields([edited, Self.second])).isEmpty)
        }
        #expect(followed.bodies.filter { $0.hasPrefix("Hello") } == ["Hello?"])
    }

    @Test func `a removed message is redacted with a note, and stays so`() throws {
        var followed = try Followed(Self.fields([Self.first, Self.second]))
        #expect(try followed.differences(Self.fields([Self.second])).count == 1)
        let events = try followed.follow(Self.fields([Self.second]))
        #expect(events.map(\.kind) == [.message, .redaction])
        #expect(!followed.bodies.contains("Hello"))
        #expect(try followed.missing(Self.fields([Self.second])).isEmpty)
        #expect(try followed.differences(Self.fields([Self.second])).isEmpty)
        #expect(try followed.missing(Self.fields([Self.first, Self.second])).isEmpty)
    }

    @Test func `interrupted anywhere, it resumes and duplicates nothing`() throws {
        let edited = Self.first.replacing("Hello", with: "Hello!")
        let third = Self.second.replacing("bbbb", with: "cccc").replacing("Hm", with: "Yes")
        let after = Self.fields(
            [edited, third],
            """
            , "status": "resolved", "tags": ["new"], "description": "More",
            "history": [{"action": "status", "to": "resolved", "by": "bob", "at": 1740826800000,
                         "note": "Done"}]
            """)
        var whole = try Followed(Self.fields([Self.first, Self.second]))
        let start = whole
        let events = try whole.follow(after)
        for count in 0...events.count {
            var cut = start
            cut.append(events.prefix(count))
            _ = try cut.follow(after)
            #expect(try cut.missing(after).isEmpty)
            #expect(try cut.differences(after).isEmpty)
            #expect(cut.bodies.sorted() == whole.bodies.sorted())
        }
    }

    @Test func `changes made in the hub stay and are not differences`() throws {
        let before = Self.fields([Self.first])
        var followed = try Followed(before)
        let snapshot = try #require(Ticket.fold(followed.log))
        followed.append([
            TicketEvent(
                ticket: snapshot.id, seq: snapshot.seq + 1,
                publicPrev: snapshot.publicActivity.seq, at: january,
                by: Person(id: "tia", name: "Tia", role: .technician), cause: .user,
                kind: .message,
                message: Message(id: .make(at: january), body: "Mine", isInternal: false),
                changes: [.status(from: .open, to: .resolved)])
        ])
        #expect(try followed.missing(before).isEmpty)
        #expect(try followed.differences(before).isEmpty)
        let after = Self.fields([Self.first, Self.second])
        #expect(try followed.follow(after).map(\.kind) == [.message])
        #expect(Ticket.fold(followed.log)?.status == .resolved)
        #expect(try followed.differences(after).isEmpty)
    }
}
