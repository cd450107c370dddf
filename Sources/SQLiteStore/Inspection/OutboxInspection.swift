// Checks outbox entries against the events. An entry's name contains its event and its target, so
// the other columns can be compared with it.

import Text
import Tickets
import Wire

struct OutboxInspection {
    let database: Database

    private struct Entry {
        let id: String
        let target: String
        /// nil: the data cannot be read.
        let place: (ticket: TicketID, seq: Int)?

        /// The target in the name; nil: name and data are of different events.
        var rightTarget: String? {
            guard let place else { return nil }
            let prefix = "\(place.ticket)-\(place.seq)-"
            guard id.utf8.starts(with: prefix.utf8) else { return nil }
            let target = String(decoding: id.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
            return target.utf8.starts(with: "mail-".utf8) ? "mail" : target
        }
    }

    /// An entry without a valid state would never be delivered nor removed.
    private static let isStateless = "state NOT IN ('waiting', 'sent', 'dead')"

    func differences() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        let lost = try database.word(
            "SELECT count(*) FROM outbox WHERE \(Self.isStateless)")
        if lost != "0" {
            found.append(
                StoreDifference(
                    "outbox: \(lost) entries have an unknown state; a repair delivers them",
                    .clearing))
        }
        for entry in try entries() {
            guard let place = entry.place, let target = entry.rightTarget else {
                found.append(
                    StoreDifference(
                        "outbox: the entry \(entry.id) cannot be read or belongs to another event",
                        .none("its recipient is not stored elsewhere; see `guichet outbox list`")))
                continue
            }
            if try lacksEvent(place.ticket, place.seq) {
                found.append(StoreDifference("outbox: \(entry.id) tells of no event", .clearing))
            } else if !target.utf8.elementsEqual(entry.target.utf8) {
                found.append(
                    StoreDifference("outbox: the target of \(entry.id) is another", .clearing))
            }
        }
        return found
    }

    func repair() throws(StoreError) {
        try database.run(
            """
            UPDATE outbox SET state = 'waiting', lease = NULL, attempts = 0
            WHERE \(Self.isStateless)
            """)
        for entry in try entries() {
            guard let place = entry.place, let target = entry.rightTarget else { continue }
            if try lacksEvent(place.ticket, place.seq) {
                try database.run("DELETE FROM outbox WHERE id = ?", [.text(entry.id)])
            } else if !target.utf8.elementsEqual(entry.target.utf8) {
                try database.run(
                    "UPDATE outbox SET target = ? WHERE id = ?", [.text(target), .text(entry.id)])
            }
        }
    }

    private func entries() throws(StoreError) -> [Entry] {
        let statement = try database.prepareOnce("SELECT id, target, data FROM outbox ORDER BY id")
        var entries: [Entry] = []
        while try statement.step() {
            let target = statement.text(1) ?? ""
            let record = statement.withBytes(of: 2) { text in try? JSONReader.parse(text) } ?? nil
            let entry = record.flatMap { try? OutboxEntry(target: "people", record: $0) }
            entries.append(
                Entry(
                    id: statement.text(0) ?? "", target: target,
                    place: entry.map { ($0.ticket, $0.seq) }))
        }
        return entries
    }

    private func lacksEvent(_ ticket: TicketID, _ seq: Int) throws(StoreError) -> Bool {
        let statement = try database.prepared("SELECT 1 FROM events WHERE ticket = ? AND seq = ?")
        try statement.bind([SQLValue(ticket), SQLValue(seq)])
        defer { statement.reset() }
        return try !statement.step()
    }
}
