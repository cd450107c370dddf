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
        for start in stride(from: 0, to: events.count, by: Self.eventsPerStep) {
            try perform(Array(events[start..<min(start + Self.eventsPerStep, events.count)]))
        }
        return Set(events.map(\.ticket))
    }

    /// The updates of so many fit into one command.
    private static let eventsPerStep = 100

    /// Each kind of change once for all of them, since each waits for a majority.
    func perform(_ redactions: [TicketEvent]) throws(StoreError) {
        let redactions = redactions.filter { $0.redaction != nil && $0.mark != nil }
        guard !redactions.isEmpty else { return }
        let targets = try targets(of: redactions)
        do throws(MongoFailure) {
            // Files are removed before the events, since these name them.
            try removeFiles(of: targets.map(\.event))
            try rewrite(targets.map(\.redacted))
            try silenceNotifications(of: targets.map(\.event))
        } catch {
            throw error.unavailable(client.address)
        }
        try log.writeWords(of: Array(Set(redactions.map(\.ticket))))
        do throws(MongoFailure) {
            try update(
                .events,
                redactions.map { (Self.place($0), "$unset", [.init(Self.pending, .string(""))]) })
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// The redacted events as they are stored, and what is left of them.
    private func targets(
        of redactions: [TicketEvent]
    ) throws(StoreError) -> [(event: TicketEvent, redacted: TicketEvent)] {
        var targets: [(event: TicketEvent, redacted: TicketEvent)] = []
        for (ticket, redactions) in Dictionary(grouping: redactions, by: \.ticket) {
            var marks: [Int: RedactionMark] = [:]
            for event in redactions {
                if let seq = event.redaction?.seq { marks[seq] = event.mark }
            }
            let found = try log.events(
                of: ticket, where: [.init("$in", .array(marks.keys.map { Tree($0) }))])
            while let fields = try found.next() {
                let target = try log.readEvent(fields)
                guard let mark = marks[target.seq] else { continue }
                targets.append((target, target.isRedacted ? target : target.redacted(mark)))
            }
        }
        return targets
    }

    private static func place(_ event: TicketEvent) -> [Tree.Field] {
        [.init("ticket", Tree(event.ticket)), .init("seq", Tree(event.seq))]
    }

    private func removeFiles(of events: [TicketEvent]) throws(MongoFailure) {
        let ids = events.flatMap(\.claims.keys)
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

    /// Keeps other fields of the documents, such as outbox entries that have not moved yet.
    private func rewrite(_ events: [TicketEvent]) throws(MongoFailure) {
        let names: Set<ExactText> = ["message", "head", "fingerprint"]
        try update(
            .events,
            events.compactMap { event in
                guard case .object(let fields) = event.record else { return nil }
                return (Self.place(event), "$set", fields.filter { names.contains($0.name) })
            })
    }

    private func silenceNotifications(of events: [TicketEvent]) throws(MongoFailure) {
        try update(
            .notifications, events.map { (Self.place($0), "$set", [.init("data.excerpt", .null)]) })
    }

    private typealias Change = (filter: [Tree.Field], operator: ExactText, fields: [Tree.Field])

    /// Changes all documents that a filter finds, in one command.
    private func update(
        _ collection: MongoCollection, _ changes: [Change]
    ) throws(MongoFailure) {
        guard !changes.isEmpty else { return }
        let updates = changes.map { change in
            Tree.object([
                .init("q", .object(change.filter)),
                .init("u", .object([.init(change.operator, .object(change.fields))])),
                .init("multi", .bool(true)),
            ])
        }
        try client.write([
            .init("update", Tree(collection.rawValue)), .init("updates", .array(updates)),
        ])
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
