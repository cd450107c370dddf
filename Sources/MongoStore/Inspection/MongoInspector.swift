// Checks every collection against the events. Snapshots, events, words and marks are walked side by
// side. A server returns them at slightly different moments, so a ticket that differs is read again
// by itself.

private import Glibc
internal import Text
internal import Tickets

final class MongoInspector: StoreInspector {
    private let client: MongoClient
    private let log: MongoLog
    private let isSearchWhole: Bool
    private let lagging: Set<TicketID>
    private var attached: Set<FileID> = []
    private var newestSeqs: [TicketID: Int] = [:]
    private var named = NamedPeople()
    /// Tickets that exist only in words or marks.
    private var strays: [TicketID] = []
    private var kept = MongoPeopleInspection()
    private var notifications = MongoNotificationInspection()
    /// Tickets with events that cannot be read: what else is kept of them is not compared.
    private var unreadable: Set<TicketID> = []
    private var misnamedEvents = 0
    private var misnamedOthers: [StoreDifference] = []

    init(_ address: MongoAddress) throws(StoreError) {
        client = try MongoClient(address).withoutTimeLimit()
        log = MongoLog(client: client)
        try client.requireStore()
        isSearchWhole = try SearchBacklog(log: log).isWhole()
        lagging = Set(try MongoTicketStore.laggingTickets(log))
    }

    func visit(_ visit: (InspectedTicket) throws(StoreError) -> Void) throws(StoreError) {
        var walk = try MongoWalk(client)
        while let parts = try walk.next() {
            var ticket = try inspected(parts)
            // A running hub writes snapshots and words right after the events.
            for _ in 0..<Self.looksMax where mayBeBehind(ticket) {
                usleep(Self.pauseMicroseconds)
                ticket = try inspected(try MongoWalk.parts(of: parts.id, client))
            }
            guard ticket.snapshot != nil || !ticket.events.isEmpty || !ticket.unreadable.isEmpty
            else {
                strays.append(ticket.id)
                continue
            }
            newestSeqs[ticket.id] = max(
                ticket.events.last?.seq ?? 0, ticket.unreadable.compactMap(\.seq).max() ?? 0)
            if !ticket.unreadable.isEmpty {
                unreadable.insert(ticket.id)
                notifications.skip(ticket.unreadable, of: ticket.id)
            }
            for event in ticket.events { attached.formUnion(event.claims.keys) }
            notifications.expect(ticket.events)
            kept.expect(ticket.events)
            try visit(ticket)
        }
        misnamedEvents = walk.misnamedEvents
        misnamedOthers = walk.misnamedOthers()
    }

    private static let looksMax = 2
    private static let pauseMicroseconds: UInt32 = 100_000

    private func mayBeBehind(_ ticket: InspectedTicket) -> Bool {
        ticket.unreadable.isEmpty
            && (!ticket.differences.isEmpty || ticket.snapshot?.seq != ticket.events.last?.seq)
    }

    private func inspected(_ parts: MongoParts) throws(StoreError) -> InspectedTicket {
        let (events, unreadable) = events(of: parts)
        // An unreadable snapshot counts as missing: it can be rebuilt from its log.
        let snapshot = parts.snapshot.flatMap { try? Ticket(document: $0) }
        guard unreadable.isEmpty, let folded = Ticket.fold(events) else {
            return InspectedTicket(
                id: parts.id, snapshot: snapshot, events: events, unreadable: unreadable)
        }
        named.note(events, folded)
        let isBehind = lagging.contains(parts.id) && (snapshot?.seq ?? 0) < folded.seq
        let differences =
            isBehind
            ? [] : try self.differences(parts, folded, events) + files(of: events)
        return InspectedTicket(
            id: parts.id, snapshot: snapshot, events: events, differences: differences,
            isRepairedAtStart: isBehind)
    }

    private func events(
        of parts: MongoParts
    ) -> (events: [TicketEvent], unreadable: [UnreadableEvent]) {
        var events: [TicketEvent] = []
        var unreadable = parts.unreadable
        for fields in parts.events {
            do throws(RecordError) {
                events.append(try TicketEvent(record: .object(fields)))
            } catch {
                let seq = try? RecordReader(.object(fields)).int("seq")
                unreadable.append(UnreadableEvent(seq: seq, reason: "\(error)"))
            }
        }
        return (events, unreadable.sorted { $0.seq ?? 0 < $1.seq ?? 0 })
    }

    // MARK: One ticket

    private func differences(
        _ parts: MongoParts, _ snapshot: Ticket, _ events: [TicketEvent]
    ) -> [StoreDifference] {
        var found: [StoreDifference] = []
        func note(_ text: String) { found.append(StoreDifference(text, .rewriting)) }
        if let stored = parts.snapshot {
            let right = snapshot.documentFields
            for name in Ticket.derivedFields where name != "searchText" {
                let (is_, must) = (value(name, stored), value(name, right))
                if is_ != must { note("tickets.\(name) differs from its events") }
            }
        }
        if parts.marks.contains(where: { $0 > snapshot.seq }) {
            note("reads: marks are beyond its last event")
        }
        for (fields, event) in zip(parts.events, events)
        where value("isPublic", fields) != .bool(event.isPublic) {
            note("isPublic of event \(event.seq) differs from it")
        }
        let words = SearchAddition(snapshot: snapshot, log: events)
        if isSearchWhole, !words.isStored(as: parts.words) {
            found.append(StoreDifference("search: its words differ from its events", .indexing))
        }
        return found
    }

    private func value(_ name: ExactText, _ fields: [Tree.Field]) -> Tree? {
        fields.first { $0.name == name }?.value
    }

    private func files(of events: [TicketEvent]) throws(StoreError) -> [StoreDifference] {
        let ids = events.flatMap { $0.claims.keys }
        guard !ids.isEmpty else { return [] }
        let files = MongoFiles(client)
        let (entries, unreadable) = try files.readableEntries(of: ids)
        let bytes = try files.storedBytes(of: ids)
        var found: [StoreDifference] = []
        for event in events {
            for attachment in event.attachments {
                let name = "file \(attachment.id) of event \(event.seq)"
                if unreadable.contains(attachment.id) {
                    found.append(
                        StoreDifference(
                            "files.files: the entry of \(name) cannot be read", .rewriting))
                    continue
                }
                guard let entry = entries[attachment.id] else {
                    found.append(
                        StoreDifference(
                            "\(name) has no entry",
                            .none("nothing else says whose it was; restore a backup")))
                    continue
                }
                if entry.claim != event.claims[attachment.id] || !entry.isSame(as: attachment)
                    || entry.owner != event.by.id
                {
                    found.append(
                        StoreDifference("files.files: the entry of \(name) differs", .rewriting))
                }
                let stored = bytes[attachment.id] ?? 0
                if stored != attachment.size {
                    found.append(
                        StoreDifference(
                            "\(name) has \(stored) bytes in files.chunks and not \(attachment.size)",
                            .none("the bytes are nowhere else; restore a backup")))
                }
            }
        }
        return found
    }

    // MARK: The rest

    func remainder() throws(StoreError) -> [StoreDifference] {
        try strays.map {
            StoreDifference(
                "search and reads: what they have of \($0) stands for no ticket", .clearing)
        } + MongoMissingIndexes(client: client).differences() + misnamed() + misnamedOthers
            + strayFiles() + outbox()
            + notifications.differences(log, newestSeqs) + people() + catalog()
            + erasures() + kept.differences(client, isSearchWhole: isSearchWhole)
    }

    private func outbox() throws(StoreError) -> [StoreDifference] {
        let inspection = MongoOutboxInspection(log: log, newestSeqs: newestSeqs)
        return try inspection.differences() + inspection.pendingDifferences()
    }

    private func misnamed() -> [StoreDifference] {
        guard misnamedEvents > 0 else { return [] }
        return [
            StoreDifference(
                "events: \(misnamedEvents) name no ticket",
                .restoring("their owners are not stored elsewhere"))
        ]
    }

    private func people() throws(StoreError) -> [StoreDifference] {
        let cursor = try client.find(in: .people, [])
        var stored: [ExactText: Bool] = [:]
        while let fields = try cursor.next() {
            let person = try? Person(document: fields)
            let isReadable = person.map { $0.role != .system } ?? false
            stored[person?.id ?? ExactText(text("_id", fields))] = isReadable
        }
        return named.differences(from: stored)
    }

    /// Checks the field that tells whether a view is shared.
    private func catalog() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        for kind in CatalogKind.allCases {
            try log.visitEntries(kind) { id, entry, isSame in
                let name = "\(kind.rawValue): \(id)"
                if entry == nil {
                    found.append(
                        StoreDifference(
                            "\(name) cannot be read", .none("its content is not stored elsewhere")))
                } else if !isSame {
                    found.append(StoreDifference("\(name) differs from its content", .clearing))
                }
            }
        }
        return found
    }

    private func erasures() throws(StoreError) -> [StoreDifference] {
        let cursor = try client.find(in: .erasures, [])
        var found: [StoreDifference] = []
        while let fields = try cursor.next() {
            let id = text("_id", fields)
            let erasure = try? Erasure(record: .object(fields))
            guard erasure?.pseudonym != ExactText(id) else { continue }
            found.append(
                StoreDifference(
                    "erasures: \(id) cannot be read or belongs to another pseudonym",
                    .none("its content is not stored elsewhere")))
        }
        return found
    }

    func openReader() throws(StoreError) -> any TicketReader {
        let reader = try MongoTicketReader(client.address)
        try MongoSchema.requireCurrent(in: reader.client)
        return reader
    }

    func pendingStatistics() throws(StoreError) -> PendingCounts {
        try UncountedBatches(log: log).atStart()
    }

    private func strayFiles() throws(StoreError) -> [StoreDifference] {
        let cursor = try client.find(
            in: .files, [.init("metadata.ticket", .field("$exists", .bool(true)))])
        var found: [StoreDifference] = []
        let strange = try client.find(in: .files, [MongoFiles.isOfNoFile])
        while try strange.next() != nil {
            found.append(StoreDifference("files.files: a document is of no file", .clearing))
        }
        while let fields = try cursor.next() {
            guard let file = try? StoredFile(document: fields), let claim = file.claim,
                !attached.contains(file.id), !unreadable.contains(claim.ticket),
                try !hasMoved(claim.ticket)
            else { continue }
            found.append(
                StoreDifference(
                    "files.files: \(file.id) says that it is attached to \(claim.ticket), "
                        + "and no event does", .clearing))
        }
        return found
    }

    private func text(_ name: ExactText, _ fields: [Tree.Field]) -> String {
        value(name, fields)?.stringValue ?? ""
    }

    /// Whether the ticket was created or changed since its visit.
    private func hasMoved(_ ticket: TicketID) throws(StoreError) -> Bool {
        try log.events(
            of: ticket, where: [.init("$gt", Tree(newestSeqs[ticket] ?? 0))], limit: 1
        ).next() != nil
    }
}
