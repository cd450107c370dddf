// Carries out redactions. The redaction's event is written first, with a field that marks its work
// as pending. Each step can be repeated, so a hub that was killed in between continues when it
// opens the store.

import Text
internal import Tickets

struct MongoRedaction {
    let log: MongoLog
    private var client: MongoClient { log.client }

    /// Field and index of a redaction's event until its work is done.
    static let pending: ExactText = "redacting"

    /// Returns the tickets whose redactions were completed.
    func complete() throws(StoreError) -> Set<TicketID> {
        let cursor = try client.find(
            in: .events, [.init(Self.pending, .field("$exists", .bool(true)))],
            options: [
                .init("hint", Tree(Self.pending)), .init("projection", .field("_id", .int(0))),
            ])
        let events = try cursor.all { fields throws(StoreError) in try log.readEvent(fields) }
        for event in events { try perform(event) }
        return Set(events.map(\.ticket))
    }

    func perform(_ event: TicketEvent) throws(StoreError) {
        guard let redaction = event.redaction, let mark = event.mark else { return }
        let found = try log.events(
            of: event.ticket, where: [.init("$eq", Tree(redaction.seq))], limit: 1)
        if let target = try found.next().map({ fields throws(StoreError) in
            try log.readEvent(fields)
        }) {
            do throws(MongoFailure) {
                // Files are removed before the event, since the event names them.
                try removeFiles(of: target)
                try rewrite(target.isRedacted ? target : target.redacted(mark))
                try silenceNotifications(of: target)
            } catch {
                throw error.unavailable(client.address)
            }
        }
        try log.writeWords(of: event.ticket)
        do throws(MongoFailure) {
            try client.update(
                .events, Self.place(event),
                [.init("$unset", .field(Self.pending, .string("")))])
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private static func place(_ event: TicketEvent) -> [Tree.Field] {
        [.init("ticket", Tree(event.ticket)), .init("seq", Tree(event.seq))]
    }

    private func removeFiles(of event: TicketEvent) throws(MongoFailure) {
        let ids = Array(event.claims.keys)
        guard !ids.isEmpty else { return }
        let files = MongoFiles(client)
        try files.removeChunks(of: ids)
        let all = Tree.object([
            .init("q", .field("_id", .within(ids.map { Tree($0) }))), .init("limit", .int(0)),
        ])
        try client.write([
            .init("delete", Tree(MongoCollection.files.rawValue)),
            .init("deletes", .array([all])),
        ])
    }

    /// Keeps other fields of the document, such as outbox entries that have not moved yet.
    private func rewrite(_ event: TicketEvent) throws(MongoFailure) {
        guard case .object(let fields) = event.record else { return }
        let names: Set<ExactText> = ["message", "head", "fingerprint"]
        try client.update(
            .events, Self.place(event),
            [.init("$set", .object(fields.filter { names.contains($0.name) }))])
    }

    private func silenceNotifications(of event: TicketEvent) throws(MongoFailure) {
        try client.update(
            .notifications, Self.place(event),
            [.init("$set", .field("data.excerpt", .null))])
    }

    /// Removes excerpts of redacted events from those of these notifications that have one.
    func silence(_ notifications: [TicketNotification]) throws(StoreError) {
        for notification in notifications where notification.excerpt != nil {
            let redacted = try client.find(
                in: .events,
                [
                    .init("ticket", Tree(notification.ticket)),
                    .init("seq", Tree(notification.seq)),
                    .init("message.redacted", .field("$exists", .bool(true))),
                ], options: [.init("limit", .int(1)), .init("projection", .field("_id", .int(1)))])
            guard try redacted.next() != nil else { continue }
            do throws(MongoFailure) {
                try client.update(
                    .notifications, [.init("_id", Tree(notification.documentID))],
                    [.init("$set", .field("data.excerpt", .null))])
            } catch {
                throw error.unavailable(client.address)
            }
        }
    }
}
