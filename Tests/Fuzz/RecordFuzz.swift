// Snapshots and events as the SQLite store keeps them: what is read is written back unchanged, and
// can be encoded for both audiences.

import Text

@testable import Hub
@testable import Protocol
@testable import Tickets
@testable import Wire

enum RecordFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        guard let record = try? JSONReader.parse(bytes.span) else { return }
        var json = JSONWriter()
        json.value(record)
        require((try? JSONReader.parse(json.bytes.span)) == record, "a tree returns")
        if let ticket = try? Ticket(record: record) {
            let again = reread(ticket.record).flatMap { try? Ticket(record: $0) }
            require(again == ticket, "a head returns")
            requireEncodable(ticket)
        }
        if let event = try? TicketEvent(record: record) {
            let again = reread(event.record).flatMap { try? TicketEvent(record: $0) }
            require(again == event, "an event returns")
            requireEncodable(event)
        }
        if let event = try? TicketEvent(foreign: record), event.fault == nil {
            require(
                reread(event.record).flatMap { try? TicketEvent(foreign: $0) } == event,
                "an event from elsewhere is in its form")
            require(event.people.allSatisfy { $0.fault == nil }, "nobody in it is nobody")
        }
    }

    private static func reread(_ record: Tree) -> Tree? {
        try? JSONReader.parse(JSONWriter.bytes(of: record).span)
    }

    private static func requireEncodable(_ ticket: Ticket) {
        for role in [Role.client, .technician] {
            let viewer = Viewer(Caller(person: Person(id: "u", name: "n", role: role)))
            var json = JSONWriter()
            json.snapshot(ticket, for: viewer)
            require((try? JSONReader.parse(json.finish())) != nil, "a snapshot is JSON")
        }
        for sort in TicketSort.allCases {
            for audience in Audience.allCases {
                let cursor = TicketCursor(after: ticket, sort: sort, audience: audience)
                require(TicketCursor(cursor.text) == cursor, "a head's cursor returns")
            }
        }
    }

    private static func requireEncodable(_ event: TicketEvent) {
        for audience in Audience.allCases where event.isVisible(to: audience) {
            var json = JSONWriter()
            json.event(event, for: audience)
            let parsed = try? JSONReader.parse(json.finish())
            require(parsed != nil, "an event is JSON")
            if audience == .client, event.message?.isInternal == true {
                require(parsed?["message"] == nil, "internal words stay inside")
            }
        }
    }
}
