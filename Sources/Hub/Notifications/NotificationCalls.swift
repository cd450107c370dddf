// /api/notifications: the caller's notifications, and which are read.

import Protocol
import Text
import Tickets
import Wire

struct NotificationCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    /// Without a bound the newest, with `after` newer ones, with `before` older ones; always oldest
    /// first.
    func list() {
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let after = try fields.number("after", in: 0...Int.max)
            let before = try fields.number("before", in: 0...Int.max)
            let limit = min(try fields.number("limit", in: 1...Int.max) ?? 50, 200)
            let unread = try fields.single("unread")
            try fields.finish()
            if after != nil, before != nil {
                throw TicketRejection(
                    .badRequest, "Give either after or before.", field: "before")
            }
            guard [nil, "true", "false"].contains(unread) else {
                throw FieldReader.wrong("unread", "true or false")
            }
            let slice: NotificationQuery.Slice =
                after.map { .after(Int64($0)) } ?? before.map { .before(Int64($0)) } ?? .newest
            let query = NotificationQuery(
                slice, limit: limit, caller: caller, unreadOnly: unread == "true")
            worker.requests.ask { reader throws(StoreError) in
                try reader.notifications(query)
            } then: { (answer: Result<NotificationPage, TicketRejection>) in
                switch answer {
                case .success(let page): respond(page, slice)
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        }
    }

    /// `next` continues in the direction of the request.
    private func respond(_ page: NotificationPage, _ slice: NotificationQuery.Slice) {
        let isForward = if case .after = slice { true } else { false }
        let next =
            page.more ? (isForward ? page.notifications.last : page.notifications.first) : nil
        exchange.respond(
            .json { json in
                json.key("notifications")
                json.beginArray()
                for notification in page.notifications { json.notification(notification) }
                json.endArray()
                json.key("next")
                if let next { json.string("\(next.serial)") } else { json.null() }
            })
    }

    /// `{"ids":[…]}`, `{"upTo":id}` or `{"ticket":id}`.
    func read() {
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let ids = try fields.optionalTexts("ids")
            let upTo = try fields.optionalText("upTo")
            let ticket = try fields.optionalText("ticket")
            try fields.finish()
            let person = caller.person.id
            switch (ids, upTo, ticket) {
            case (let ids?, nil, nil):
                worker.requests.markRead(.these(try serials(ids)), of: person, then: conclude)
            case (nil, let id?, nil):
                worker.requests.markRead(.upTo(try serial(id, "upTo")), of: person, then: conclude)
            case (nil, nil, let name?):
                guard let reference = TicketReference(name) else { throw .notFound }
                readAll(of: reference)
            default:
                throw TicketRejection(
                    .badRequest, "Give one of ids, a list, upTo, an id, or ticket.", field: "ids")
            }
        }
    }

    private func conclude(_ outcome: Result<Void, TicketRejection>) {
        switch outcome {
        case .success: exchange.respond(.noContent)
        case .failure(let rejection): exchange.refuse(rejection)
        }
    }

    /// Marks all current notifications of one ticket. A ticket that the caller may not see is not
    /// found.
    private func readAll(of reference: TicketReference) {
        let caller = caller
        worker.requests.ask { reader throws(StoreError) -> TicketID? in
            guard let id = try reader.ticketID(reference),
                try reader.snapshot(of: id, for: caller) != nil
            else { return nil }
            return id
        } then: { (answer: Result<TicketID?, TicketRejection>) in
            switch answer {
            case .success(let id?):
                worker.requests.markRead(
                    ReadMark(ticket: id, person: caller.person.id, seq: .max), then: conclude)
            case .success(nil): exchange.refuse(.notFound)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
    }

    private static let idsMax = 500

    private func serials(_ ids: [ExactText]) throws(TicketRejection) -> [Int64] {
        guard ids.count <= Self.idsMax else {
            throw TicketRejection(
                .tooLarge, "ids is over its limit of \(Self.idsMax).", field: "ids")
        }
        return try ids.map { id throws(TicketRejection) in try serial(id, "ids") }
    }

    private func serial(_ id: ExactText, _ field: ExactText) throws(TicketRejection) -> Int64 {
        guard let serial = id.number.map(Int64.init) else {
            throw FieldReader.wrong(field, "made of ids as the list gives them")
        }
        return serial
    }
}
