// Checks outbox entries against the events: those of the collection, and those that events still
// hold.

internal import Text
internal import Tickets

struct MongoOutboxInspection {
    let log: MongoLog
    /// The newest seq that was read of each log.
    let newestSeqs: [TicketID: Int]

    func differences() throws(StoreError) -> [StoreDifference] {
        let cursor = try log.client.find(in: .outbox, [])
        var found: [StoreDifference] = []
        while let fields = try cursor.next() {
            let name = text("_id", fields)
            let state = OutboxState(rawValue: text("state", fields))
            let hasTime = if case .time? = value("due", fields) { true } else { false }
            if state == nil || !hasTime {
                found.append(
                    StoreDifference(
                        "outbox: \(name) has no state or no time; a repair delivers it", .clearing))
            }
            guard let entry = entry(of: fields) else {
                found.append(
                    StoreDifference(
                        "outbox: the entry \(name) cannot be read",
                        .none("its recipient is not stored elsewhere; see `guichet outbox list`")))
                continue
            }
            if try lacksEvent(entry.ticket, entry.seq) {
                found.append(StoreDifference("outbox: \(name) tells of no event", .clearing))
            } else if entry.id != ExactText(name) {
                found.append(
                    StoreDifference(
                        "outbox: \(name) is not of the event and target that it has",
                        .none("either may be right; see `guichet outbox list`")))
            }
        }
        return found
    }

    /// Entries that have not moved from their event to the collection yet. One that cannot be read
    /// would be left out when they move.
    func pendingDifferences() throws(StoreError) -> [StoreDifference] {
        let pending = MongoOutboxStore.pending
        let names = ["ticket", "seq", pending].map { Tree.Field($0, .int(1)) }
        let cursor = try log.client.find(
            in: .events, [.init(pending, .field("$exists", .bool(true)))],
            options: [.init("projection", .object(names))])
        var found: [StoreDifference] = []
        while let (fields, _) = try cursor.nextLegible() {
            let event = try? RecordReader(.object(fields))
            guard let ticket: TicketID = try? event?.id("ticket"), let seq = try? event?.int("seq"),
                !isWhole(value(pending, fields), ticket, seq)
            else { continue }
            found.append(
                StoreDifference(
                    "outbox: an entry that event \(seq) of \(ticket) holds cannot be read or is of "
                        + "another event", .none("its recipient is not stored elsewhere")))
        }
        return found
    }

    private func isWhole(_ entries: Tree?, _ ticket: TicketID, _ seq: Int) -> Bool {
        guard case .array(let entries)? = entries else { return false }
        return entries.allSatisfy { embedded in
            guard case .object(let fields) = embedded,
                MongoOutboxStore.insertion(embedded: embedded) != nil,
                let entry = entry(of: fields)
            else { return false }
            return entry.ticket == ticket && entry.seq == seq
                && entry.id == ExactText(text("id", fields))
        }
    }

    private func entry(of fields: [Tree.Field]) -> OutboxEntry? {
        value("data", fields).flatMap {
            try? OutboxEntry(target: ExactText(text("target", fields)), record: $0)
        }
    }

    private func value(_ name: ExactText, _ fields: [Tree.Field]) -> Tree? {
        fields.first { $0.name == name }?.value
    }

    private func text(_ name: ExactText, _ fields: [Tree.Field]) -> String {
        value(name, fields)?.stringValue ?? ""
    }

    private func lacksEvent(_ ticket: TicketID, _ seq: Int) throws(StoreError) -> Bool {
        if seq >= 1, let newest = newestSeqs[ticket], seq <= newest { return false }
        return try log.events(of: ticket, where: [.init("$eq", Tree(seq))], limit: 1).next()
            == nil
    }
}
