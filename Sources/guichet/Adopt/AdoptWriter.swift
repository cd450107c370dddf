// Writes adopted tickets in batches. A ticket that the store has stays as it is; one that was cut
// off is completed.

import Adoption
import Text
import Tickets

final class AdoptWriter {
    private let store: any TicketStore
    private var batch = StoreBatch()
    private var knownPeople: Set<ExactText>
    /// The store has tickets, so each is looked up.
    private let looksUp: Bool
    private var nextNumber: Int
    private(set) var counts = (tickets: 0, known: 0, events: 0)
    private(set) var problems: [(id: ExactText, reason: String)] = []

    /// Events in a batch. A crash may leave a batch without its snapshots, and the next start of a
    /// store mends so many.
    private static let eventsMax = 1000
    /// Bytes of words in a batch, which may be up to one message more.
    private static let bytesMax = 8 << 20
    private var bytes = 0

    /// nil: files stay where they are.
    private let files: AdoptFiles?
    /// Files that stay where they are, with the ticket and the reason.
    private(set) var staying: [(ticket: ExactText, file: OldAttachment, reason: String)] = []

    init(_ store: any TicketStore, _ files: AdoptFiles?, highest planned: Int) throws {
        self.store = store
        self.files = files
        knownPeople = Set(try store.people().map(\.id))
        let highest = try store.highestNumber()
        looksUp = highest > 0
        nextNumber = max(highest, planned) + 1
    }

    /// - Parameters:
    ///   - number: the planned number; nil: a ticket that came after the plan.
    ///   - build: the ticket's log under a number.
    func write(
        _ old: OldTicket, number: Int?, build: (OldTicket, Int) -> AdoptedTicket
    ) throws {
        let (id, name) = (old.id, old.name)
        let stored = looksUp ? try store.snapshot(of: id) : nil
        let number = try stored?.number ?? free(number, for: id)
        let ticket = build(old, number)
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
        let written = stored?.seq ?? 0
        for person in ticket.people where knownPeople.insert(person.id).inserted {
            batch.people.append(person)
        }
        var snapshot = stored
        for event in ticket.events.dropFirst(written) {
            guard let next = snapshot.map({ $0.applying(event) }) ?? event.created else { return }
            snapshot = next
            for (id, claim) in event.claims {
                guard var file = files[id], file.claim == nil else { continue }
                file.claim = claim
                batch.files.append(file)
            }
            batch.events.append(event)
            batch.statistics.note(event, next)
            counts.events += 1
            bytes += event.message?.body.utf8.count ?? 0
            // A long ticket takes several batches.
            if batch.events.count >= Self.eventsMax || bytes >= Self.bytesMax {
                batch.snapshots.append(next)
                try flush()
            }
        }
        if let snapshot, batch.events.last?.ticket == ticket.snapshot.id {
            batch.snapshots.append(snapshot)
        }
    }

    /// Names that are new or have changed.
    func write(_ projects: [CatalogEntry]) throws {
        for entry in projects
        where try store.entry(entry.id, .projects)?.content != entry.content {
            try store.put(entry)
        }
    }

    func flush() throws {
        guard !batch.isEmpty else { return }
        let full = batch
        batch = StoreBatch()
        bytes = 0
        try store.commit(full)
    }
}

extension TicketEvent {
    fileprivate func isSameMoment(as other: TicketEvent) -> Bool {
        at == other.at && kind == other.kind && by.id == other.by.id
            && message?.id == other.message?.id
    }
}
