// /api/tickets/ID/events with its long poll, and both event streams.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct EventCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    func events(_ name: ExactText) {
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let after = try fields.number("after", in: 0...Int.max)
            let before = try fields.number("before", in: 1...Int.max)
            let limit = min(try fields.number("limit", in: 1...Int.max) ?? 500, 500)
            let wait = try fields.number("wait", in: 0...Int.max) ?? 0
            try fields.finish()
            if after != nil, before != nil {
                throw TicketRejection(
                    .badRequest, "Give either after or before.", field: "before")
            }
            let slice: EventQuery.Slice =
                after.map { .after($0) } ?? before.map { .before($0) } ?? .newest
            withTicket(name) { id in
                let poll = EventPoll(
                    worker: worker, exchange: exchange, caller: caller, ticket: id, slice: slice,
                    limit: limit)
                poll.begin(waitSeconds: min(wait, 30))
            }
        }
    }

    func stream(_ name: ExactText) {
        let lastID: Int?
        do throws(TicketRejection) {
            lastID = try lastEventID()
        } catch {
            return exchange.refuse(error, for: caller)
        }
        withTicket(name) { id in
            // Reads a page first, so that an invisible ticket gets 404 and no stream.
            let caller = caller
            worker.requests.ask { reader throws(StoreError) in
                try reader.snapshot(of: id, for: caller)
            } then: { (answer: Result<Ticket?, TicketRejection>) in
                switch answer {
                case .success(_?): beginStream { $0.follow(id, after: lastID) }
                case .success: exchange.refuse(.notFound)
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        }
    }

    /// The reader's position: from the header, or from the query for clients that cannot set
    /// headers, such as replacements of EventSource. A queue starts over and ignores it.
    private func lastEventID() throws(TicketRejection) -> Int? {
        if let header = exchange.head.headers["last-event-id"] {
            return ExactText(header).number
        }
        let values = exchange.head.query.filter { $0.name == "lastEventId" && !$0.value.isEmpty }
        guard let text = values.first?.value else { return nil }
        guard values.count == 1, let seq = ExactText(text).number else {
            throw FieldReader.wrong("lastEventId", "one integer, 0 or more")
        }
        return seq
    }

    func streamQueue() {
        guard caller.person.role.isStaff else {
            return exchange.refuse(TicketRejection(.forbidden, "The queue is for staff."))
        }
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(
                query: exchange.head.query, without: ["access_token", "lastEventId"])
            let limit = try fields.number("limit", in: 1...Int.max)
            let filter = try fields.filter(for: caller)
            try fields.finish()
            if filter.text != nil {
                // Free: the stream pays when it searches, but after its head nothing says 429.
                try worker.account(of: caller.person)
                    .charge(.searches, cost: 0, now: worker.loop.now)
            }
            // After the head of a stream nothing says 503.
            worker.requests.ask { reader throws(StoreError) in
                try reader.ping()
            } then: { (answer: Result<Void, TicketRejection>) in
                switch answer {
                case .success: beginStream { $0.followQueue(filter, limit: limit) }
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        }
    }

    private func beginStream(_ follow: (EventStream) -> Void) {
        if exchange.head.method == "HEAD" { return exchange.respond(.streamHead) }
        guard let connection = exchange.connectionSession?.connection else { return }
        perform { () throws(TicketRejection) in
            let stream = EventStream(
                worker: worker, connection: connection, identity: identity,
                hold: try worker.account(of: caller.person).hold(.streams))
            exchange.stream(stream)
            follow(stream)
        }
    }
}

/// One `GET …/events`: answered at once, or when an event happens.
private final class EventPoll: RoomSubscriber {
    let worker: Worker
    let exchange: HTTPExchange
    let caller: Caller
    let ticket: TicketID
    let slice: EventQuery.Slice
    let limit: Int
    private var member: Member?
    private var timer: Timer?
    /// Counts this wait for the person.
    private var hold: AccountHold?

    private struct Found: Sendable {
        let page: ViewedPage
        let isReset: Bool
    }

    init(
        worker: Worker, exchange: HTTPExchange, caller: Caller, ticket: TicketID,
        slice: EventQuery.Slice, limit: Int
    ) {
        self.worker = worker
        self.exchange = exchange
        self.caller = caller
        self.ticket = ticket
        self.slice = slice
        self.limit = limit
    }

    /// A wait may outlast its token.
    private var expiresAt: Int { exchange.identity?.expiresAt ?? 0 }

    /// Joins before the page is read, so that no event is missed.
    func begin(waitSeconds: Int) {
        if waitSeconds > 0, case .after = slice {
            do throws(TicketRejection) {
                hold = try worker.account(of: caller.person).hold(.streams)
            } catch {
                return exchange.refuse(error, for: caller)
            }
            member = worker.rooms.enter(self, ticket, countsAsPresent: false)
            let seconds = min(waitSeconds, max(1, expiresAt - worker.nowSeconds))
            timer = worker.loop.schedule(afterMilliseconds: seconds * 1000) { [self] in
                timer = nil
                read(waits: false)
            }
            exchange.onAbandon = { [self] in stop() }
        }
        read(waits: member != nil)
    }

    private func read(waits: Bool) {
        let (ticket, slice, limit, caller) = (ticket, slice, limit, caller)
        worker.requests.ask { reader throws(StoreError) in
            guard let page = try reader.page(of: ticket, slice, limit: limit, for: caller) else {
                return nil
            }
            guard case .after(let seq) = slice else { return Found(page: page, isReset: false) }
            return Found(page: page, isReset: try reader.isBeyond(seq, page, for: caller))
        } then: { [self] (answer: Result<Found?, TicketRejection>) in
            switch answer {
            case .failure(let rejection): refuse(rejection)
            case .success(nil): refuse(.notFound)
            case .success(let found?):
                if expiresAt <= worker.nowSeconds { return refuse(Authenticator.expired) }
                if waits, found.page.events.isEmpty, !found.isReset, let member {
                    return worker.rooms.goLive(member, with: found.page.snapshot)
                }
                respond(with: found)
            }
        }
    }

    private func respond(with found: Found) {
        stop()
        let page = found.page
        exchange.respond(
            .json { json in
                json.key("events")
                json.beginArray()
                for event in page.events { json.event(event, for: page.audience) }
                json.endArray()
                json.field("seq", page.seq)
                json.field("more", page.more)
                json.field("reset", found.isReset)
            })
    }

    private func refuse(_ rejection: TicketRejection) {
        stop()
        exchange.refuse(rejection)
    }

    private func stop() {
        if let timer { worker.loop.cancel(timer) }
        timer = nil
        hold = nil
        if let member { worker.rooms.leave(member) }
        member = nil
    }

    // MARK: RoomSubscriber

    func deliver(_ publication: Publication, to member: Member) {
        guard self.member != nil, publication.event.isVisible(to: member.audience) else { return }
        stop()
        read(waits: false)
    }

    func lostAccess(to ticket: TicketID) { refuse(.notFound) }
    func deliverEphemeral(_ signal: SignalFrame) {}
}
