// /api/adopted: what `guichet adopt --follow` reads and appends while an older system still writes.
// For admins: the events bring their authors and times with them.

import Observability
import Protocol
import Text
import Tickets
import Wire

struct AdoptionCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    /// An admin's call of this group.
    static func isMeant(_ head: RequestHead, by caller: Caller) -> Bool {
        caller.person.role == .admin && head.path.hasPrefix("/api/adopted")
    }

    // MARK: Reading

    private static let eventsMax = 500
    /// Of one answer, which may be one event more.
    private static let bytesMax = 4 << 20

    func log(of name: ExactText) {
        performForAdmins { () throws(TicketRejection) in
            let id = try id(name)
            var fields = try FieldReader(query: exchange.head.query)
            let after = try fields.number("after", in: 0...Int.max) ?? 0
            try fields.finish()
            worker.requests.ask { reader throws(StoreError) in
                let query = EventQuery(.after(after), limit: Self.eventsMax, audience: .staff)
                return try reader.page(of: id, query).map { Self.page($0) }
            } then: { (answer: Result<[UInt8]?, TicketRejection>) in
                respond(
                    answer.flatMap { page in
                        page.map { .success(.json($0)) } ?? .failure(.notFound)
                    })
            }
        }
    }

    private static func page(_ page: EventPage) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("events")
        json.beginArray()
        var more = page.more
        for event in page.events {
            if json.bytes.count > bytesMax {
                more = true
                break
            }
            json.record(event.record)
        }
        json.endArray()
        json.field("more", more)
        json.endObject()
        return json.bytes
    }

    // MARK: Appending

    func append(to name: ExactText) {
        performForAdmins { () throws(TicketRejection) in
            let id = try id(name)
            var fields = try exchange.fields()
            let adopted = AdoptedEvents(ticket: id, events: try events(&fields))
            try fields.finish()
            let command = TicketCommand(caller: caller, request: .adopt(adopted))
            worker.requests.submit(command) { outcome in
                if case .success = outcome, adopted.events.contains(where: { $0.redaction != nil })
                {
                    worker.context.pools.files.removeTracesUnasked()
                }
                respond(outcome.map { Self.appended($0) })
            }
        }
    }

    private static func appended(_ decided: Decided) -> Response {
        .json { json in
            json.field("seq", decided.snapshot.ticket.seq)
            json.field("ref", decided.snapshot.ticket.ref)
        }
    }

    private func events(_ fields: inout FieldReader) throws(TicketRejection) -> [TicketEvent] {
        guard let items = fields.raw("events")?.arrayValue else {
            throw FieldReader.wrong("events", "a list of events")
        }
        var events: [TicketEvent] = []
        for item in items.prefix(AdoptedEvents.countMax + 1) {
            do throws(RecordError) {
                let event = try TicketEvent(foreign: item)
                try item.requireNothingMore(than: event.record)
                events.append(event)
            } catch {
                throw TicketRejection(
                    .badRequest, "Event \(events.count + 1): \(error.description).",
                    field: "events")
            }
        }
        return events
    }

    // MARK: The lag

    func noteLag() {
        performForAdmins { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let seconds = try Self.lag(fields.raw("lagSeconds"))
            try fields.finish()
            worker.context.metrics.adoptionLag.note(seconds)
            exchange.respond(.noContent)
        }
    }

    private static func lag(_ json: Tree?) throws(TicketRejection) -> Double? {
        let seconds: Double
        switch json {
        case .null?: return nil
        case .int(let number)?: seconds = Double(number)
        case .double(let number)?: seconds = number
        default: seconds = -1
        }
        guard seconds >= 0, seconds <= 1e12 else {
            throw FieldReader.wrong("lagSeconds", "a number of 0 or more, or null")
        }
        return seconds
    }

    // MARK: Shared

    private func id(_ name: ExactText) throws(TicketRejection) -> TicketID {
        guard let id = TicketID(name) else { throw .notFound }
        return id
    }

    private func performForAdmins(_ body: () throws(TicketRejection) -> Void) {
        perform { () throws(TicketRejection) in
            guard caller.person.role == .admin else {
                throw TicketRejection(.forbidden, "Only admins may adopt events.")
            }
            try body()
        }
    }
}
