// /api/tickets: lists, details, and the commands, which take the same way as WebSocket commands.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct TicketCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    private var directory: PeopleDirectory { worker.context.directory }

    // MARK: Reading

    func list() {
        perform { () throws(TicketRejection) in
            let query = try query()
            let caller = caller
            worker.requests.askForTickets(query) { page in
                var json = JSONWriter(reserving: 1024 * (page.tickets.count + 1))
                json.beginObject()
                json.key("tickets")
                json.beginArray()
                for ticket in page.tickets {
                    json.snapshot(ticket, for: Viewer(caller, of: ticket))
                }
                json.endArray()
                json.key("next")
                if let next = page.next { json.string(next.text) } else { json.null() }
                json.counts(page.counts)
                if let asOf = page.asOf { json.time("asOf", asOf) }
                json.endObject()
                return json.bytes
            } then: { (answer: Result<[UInt8], TicketRejection>) in
                respond(answer.map { .json($0) })
            }
        }
    }

    private func query() throws(TicketRejection) -> TicketQuery {
        var fields = try FieldReader(query: exchange.head.query)
        let sort: TicketSort =
            try fields.single("sort").map { name throws(TicketRejection) in
                try FieldReader.code(name, "sort")
            } ?? (caller.person.role.isStaff ? .urgency : .updatedAtDescending)
        let limit = try fields.number("limit", in: 1...Int.max) ?? 50
        var query = TicketQuery(caller: caller, sort: sort, limit: min(limit, 200))
        if let text = try fields.single("cursor") {
            guard let cursor = TicketCursor(text), cursor.sort == sort else {
                throw FieldReader.wrong("cursor", "the `next` of a page of the same sort")
            }
            query.cursor = cursor
        }
        query.filter = try fields.filter(for: caller)
        query.filter.looksIntoMessages = true
        try fields.finish()
        return query
    }

    func detail(_ name: ExactText) {
        let caller = caller
        let directory = directory
        withTicket(name) { id in
            worker.requests.ask { reader throws(StoreError) in
                try reader.page(of: id, .newest, limit: 200, for: caller).map { page in
                    (page.detail(directory.shown(page.snapshot)), page.seq)
                }
            } then: { (answer: Result<(json: [UInt8], seq: Int)?, TicketRejection>) in
                respond(
                    answer.flatMap { found in
                        guard let found else { return .failure(.notFound) }
                        return .success(tagged(.json(found.json), seq: found.seq))
                    })
            }
        }
    }

    // MARK: Commands

    func create() {
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let new = try fields.newTicket()
            let key = try exchange.idempotencyKey(&fields)
            try fields.finish()
            submit(.create(new), key: key) { decided in
                var response = snapshot(decided)
                response.status = 201
                return response.with("Location", "/api/tickets/\(decided.snapshot.ticket.id)")
            }
        }
    }

    func post(_ name: ExactText) {
        perform { () throws(TicketRejection) in
            let reference = try reference(name)
            var fields = try exchange.fields()
            var edit = try fields.message()
            edit.expectedSeq = try exchange.expectedVersions()
            let key = try exchange.idempotencyKey(&fields)
            try fields.finish()
            submit(.edit(reference, edit), key: key) { decided in
                var response = posted(decided)
                response.status = 201
                return response
            }
        }
    }

    private func posted(_ decided: Decided) -> Response {
        guard !decided.isOutOfSight else { return acknowledgement(of: decided) }
        let viewer = Viewer(caller, of: decided.snapshot.ticket)
        let response = Response.json { json in
            json.key("message")
            if let event = decided.event, let message = event.message(for: viewer.audience) {
                json.message(message, of: event, for: viewer.audience)
            } else {
                json.null()
            }
            json.key("ticket")
            json.snapshot(directory.shown(decided.snapshot.ticket), for: viewer)
            json.key("event")
            if let event = decided.event, event.isVisible(to: viewer.audience) {
                json.event(event, for: viewer.audience)
            } else {
                json.null()
            }
            if decided.isReplay { json.field("replayed", true) }
        }
        return tagged(response, decided.snapshot.ticket)
    }

    func patch(_ name: ExactText) {
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let edit = try change(&fields)
            let key = try exchange.idempotencyKey(&fields)
            try fields.finish()
            try requireChange(edit)
            change(try reference(name), edit, key)
        }
    }

    /// `PATCH /api/tickets`: one ticket by `id`, or up to 500 by `ids`.
    func patchNamed() {
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let edit = try change(&fields)
            let key = try exchange.idempotencyKey(&fields)
            if fields.has("ids") {
                let ids = try fields.optionalTexts("ids") ?? []
                try fields.finish()
                try requireChange(edit)
                guard (1...500).contains(ids.count) else {
                    throw FieldReader.wrong("ids", "a list of 1 to 500 tickets")
                }
                try worker.account(of: caller.person).charge(
                    .commands, cost: ids.count / Self.bulkShare, now: worker.loop.now)
                return changeAll(ids, edit, key)
            }
            let reference = try fields.ticket("id")
            try fields.finish()
            try requireChange(edit)
            change(reference, edit, key)
        }
    }

    private func change(_ reference: TicketReference, _ edit: TicketEdit, _ key: ExactText?) {
        submit(.edit(reference, edit), key: key, snapshot)
    }

    /// This many tickets of a bulk change count as one command.
    private static let bulkShare = 10

    private func changeAll(_ ids: [ExactText], _ edit: TicketEdit, _ key: ExactText?) {
        let bulk = BulkResults(ids)
        for (index, id) in ids.enumerated() {
            guard let reference = TicketReference(id) else {
                bulk.conclude(index, .failure(.notFound), exchange)
                continue
            }
            let command = TicketCommand(
                caller: caller, request: .edit(reference, edit), key: key)
            worker.requests.submit(command) { [exchange] outcome in
                bulk.conclude(index, outcome.map { _ in }, exchange)
            }
        }
    }

    private func change(_ fields: inout FieldReader) throws(TicketRejection) -> TicketEdit {
        var edit = TicketEdit()
        edit.edits = try fields.edits()
        edit.action = try fields.optionalCode("action")
        edit.expectedSeq = try exchange.expectedVersions()
        return edit
    }

    /// Checked last: an unknown field is the more helpful error.
    private func requireChange(_ edit: TicketEdit) throws(TicketRejection) {
        guard edit.action != nil || !edit.edits.isEmpty else {
            throw TicketRejection(
                .badRequest, "Name at least one field or an action.", field: "action")
        }
    }

    func read(_ name: ExactText) {
        let caller = caller
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            guard let seq = try fields.optionalSeq("seq") else { throw FieldReader.missing("seq") }
            try fields.finish()
            withTicket(name) { id in
                worker.requests.ask { reader throws(StoreError) in
                    try reader.snapshot(of: id, for: caller)
                } then: { (answer: Result<Ticket?, TicketRejection>) in
                    switch answer {
                    case .success(_?): mark(id, seq: seq)
                    case .success: exchange.refuse(.notFound)
                    case .failure(let rejection): exchange.refuse(rejection)
                    }
                }
            }
        }
    }

    private func mark(_ id: TicketID, seq: Int) {
        worker.requests.mark(id, by: caller, seq: seq) { outcome in
            respond(outcome.map { .noContent })
        }
    }

    // MARK: Shared

    func reference(_ name: ExactText) throws(TicketRejection) -> TicketReference {
        guard let reference = TicketReference(name) else { throw .notFound }
        return reference
    }

    private func submit(
        _ request: TicketCommand.Request, key: ExactText?,
        _ response: @escaping (Decided) -> Response
    ) {
        let command = TicketCommand(caller: caller, request: request, key: key)
        worker.requests.submit(command) { outcome in respond(outcome.map(response)) }
    }

    private func snapshot(_ decided: Decided) -> Response {
        guard !decided.isOutOfSight else { return acknowledgement(of: decided) }
        let ticket = decided.snapshot.ticket
        let response = Response.json { json in
            json.snapshotFields(directory.shown(ticket), for: Viewer(caller, of: ticket))
            if decided.isReplay { json.field("replayed", true) }
        }
        return tagged(response, ticket)
    }

    /// For an author who can no longer see the ticket.
    private func acknowledgement(of decided: Decided) -> Response {
        .json { $0.acknowledgement(of: decided, for: caller) }
    }

    private func tagged(_ response: Response, _ ticket: Ticket) -> Response {
        tagged(response, seq: ticket.activity(for: caller.audience(of: ticket)).seq)
    }

    private func tagged(_ response: Response, seq: Int) -> Response {
        exchange.tagged(response, seq)
    }
}
