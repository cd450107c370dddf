// Writes adopted tickets in batches. A ticket that the store has stays as it is; one that was cut
// off is completed.

import Adoption
import Text
import Tickets

final class AdoptWriter {
    private let store: any TicketStore
    private let opener: any TicketStoreOpener
    private var batch = StoreBatch()
    /// Begun with the first ticket that is written.
    private var bulk: (load: any BulkLoad, lanes: CommitLanes)?
    private var statistics = StatisticsChange()
    private var knownPeople: Set<ExactText>
    /// The store has tickets, so each is looked up.
    private let looksUp: Bool
    private var nextNumber: Int
    private(set) var counts = (tickets: 0, known: 0, events: 0)
    private(set) var problems: [(id: ExactText, reason: String)] = []

    /// Quarters of an hour with counts that wait to be written.
    private static let quartersMax = 5000
    /// Bytes of words in a batch, which may be up to one message more.
    private static let bytesMax = 8 << 20
    private var bytes = 0

    /// nil: files stay where they are.
    private let files: AdoptFiles?
    /// Files that stay where they are, with the ticket and the reason.
    private(set) var staying: [(ticket: ExactText, file: OldAttachment, reason: String)] = []

    /// - Parameter store: opened by `opener`.
    init(
        _ store: any TicketStore, of opener: any TicketStoreOpener, _ files: AdoptFiles?,
        highest planned: Int
    ) throws {
        self.store = store
        self.opener = opener
        self.files = files
        knownPeople = Set(try store.people().map(\.id))
        let highest = try store.highestNumber()
        looksUp = highest > 0
        nextNumber = max(highest, planned) + 1
    }

    /// - Parameter build: the ticket's log under a number.
    func write(_ read: ReadTicket, build: (OldTicket, Int) -> AdoptedTicket) throws {
        let old = read.old
        let (id, name) = (old.id, old.name)
        let stored = looksUp ? try store.snapshot(of: id) : nil
        let number = try stored?.number ?? free(read.number, for: id)
        let ticket = number == read.number ? read.log : build(old, number)
        let written = stored?.seq ?? 0
        if let stored, written > 0 {
            guard try isSame(ticket, stored) else {
                problems.append((name, "the store has another ticket with this id"))
                return
            }
            if written >= ticket.events.count {
                counts.known += 1
                return
            }
            // The rest of a log that was cut off. The hub's own events would be in between.
            let last = try store.events(of: id, after: written - 1, limit: 1).first
            guard let last, last.isSameMoment(as: ticket.events[written - 1]) else {
                counts.known += 1
                return
            }
        }
        let brought = try bring(old, ticket.events.dropFirst(written))
        var whole = ticket
        if !brought.isEmpty {
            var old = old
            old.attach(brought.mapValues(\.attachment))
            whole = build(old, number)
        }
        try add(whole, brought, after: stored)
        counts.tickets += 1
    }

    private func free(_ number: Int?, for id: TicketID) throws -> Int {
        if let number, try !looksUp || store.ticketID(number: number) == nil { return number }
        defer { nextNumber += 1 }
        return nextNumber
    }

    private func isSame(_ ticket: AdoptedTicket, _ stored: Ticket) throws -> Bool {
        let first = ticket.events.first?.created
        return first?.createdAt == stored.createdAt && first?.client.id == stored.client.id
    }

    /// The files of these events, as far as they can be brought.
    private func bring(
        _ old: OldTicket, _ events: ArraySlice<TicketEvent>
    ) throws -> [FileID: StoredFile] {
        guard let files, !old.files.isEmpty else { return [:] }
        var brought: [FileID: StoredFile] = [:]
        for event in events {
            for file in old.files(of: event) {
                do {
                    brought[file.id] = try files.bring(file, of: event.by.id)
                } catch let stays as FileStays {
                    staying.append((old.name, file, stays.reason))
                }
            }
        }
        return brought
    }

    private func add(
        _ ticket: AdoptedTicket, _ files: [FileID: StoredFile], after stored: Ticket?
    ) throws {
        let eventsMax = try begunBulk().load.eventsMax
        let size = ticket.events.reduce(0) { $0 + ($1.message?.body.utf8.count ?? 0) }
        if batch.events.count + ticket.events.count > eventsMax || bytes + size > Self.bytesMax {
            try commit()
        }
        // With the first events that name them, not before.
        for person in ticket.people where knownPeople.insert(person.id).inserted {
            batch.people.append(person)
        }
        guard stored == nil, files.isEmpty, ticket.events.count <= eventsMax,
            size <= Self.bytesMax
        else { return try addInParts(ticket, files, after: stored, eventsMax) }
        batch.events += ticket.events
        batch.snapshots.append(ticket.snapshot)
        statistics.add(ticket.statistics)
        counts.events += ticket.events.count
        bytes += size
    }

    /// A long ticket takes several batches, and one that was cut off only its end.
    private func addInParts(
        _ ticket: AdoptedTicket, _ files: [FileID: StoredFile], after stored: Ticket?,
        _ eventsMax: Int
    ) throws {
        var snapshot = stored
        for event in ticket.events.dropFirst(stored?.seq ?? 0) {
            guard let next = snapshot.map({ $0.applying(event) }) ?? event.created else { return }
            snapshot = next
            for (id, claim) in event.claims {
                guard var file = files[id], file.claim == nil else { continue }
                file.claim = claim
                batch.files.append(file)
            }
            batch.events.append(event)
            statistics.note(event, next)
            counts.events += 1
            bytes += event.message?.body.utf8.count ?? 0
            if batch.events.count >= eventsMax || bytes >= Self.bytesMax {
                batch.snapshots.append(next)
                try commit(isPart: true)
            }
        }
        if let snapshot, batch.events.last?.ticket == ticket.snapshot.id {
            batch.snapshots.append(snapshot)
        }
    }

    /// The lanes are opened first: a store that is opened while its tickets are not counted would
    /// count them.
    private func begunBulk() throws -> (load: any BulkLoad, lanes: CommitLanes) {
        if let bulk { return bulk }
        let lanes = try CommitLanes(opener)
        let begun = (load: try opener.beginBulk(), lanes: lanes)
        bulk = begun
        return begun
    }

    /// Names that are new or have changed.
    func write(_ projects: [CatalogEntry]) throws {
        for entry in projects
        where try store.entry(entry.id, .projects)?.content != entry.content {
            try store.put(entry)
        }
    }

    /// - Parameter isPart: a ticket of the batch goes on in the next one.
    private func commit(isPart: Bool = false) throws {
        guard !batch.isEmpty, let bulk else { return }
        let full = opener.encode(batch)
        batch = StoreBatch()
        bytes = 0
        if isPart { try bulk.lanes.commitAlone(full) } else { try bulk.lanes.commit(full) }
        if statistics.quarters.count >= Self.quartersMax { try writeStatistics() }
    }

    private func writeStatistics() throws {
        let counted = statistics
        statistics = StatisticsChange()
        try bulk?.lanes.add(counted)
    }

    /// Writes what is left. Without it the next start of the store counts all tickets again.
    func finish() throws {
        try commit()
        try writeStatistics()
        try bulk?.lanes.confirm()
        try bulk?.load.finish()
    }
}

extension TicketEvent {
    fileprivate func isSameMoment(as other: TicketEvent) -> Bool {
        at == other.at && kind == other.kind && by.id == other.by.id
            && message?.id == other.message?.id
    }
}
