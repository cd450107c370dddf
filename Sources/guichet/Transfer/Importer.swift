// Takes people and tickets of an export one after the other and writes them in batches, with the
// entries of the files that came before each ticket.

import SQLiteStore
import Text
import Tickets

final class Importer {
    private let store: any TicketStore
    let files: FileImport
    private var batch = StoreBatch()
    private var waiting: Set<TicketID> = []
    private var knownPeople: Set<ExactText>
    private(set) var counts = (tickets: 0, events: 0, people: 0, known: 0)
    /// What the log of each ticket of the file must be found as afterwards.
    private(set) var digests: [TicketID: Int] = [:]

    /// Events a batch; a ticket is never cut.
    private static let eventsMax = 1000

    init(_ store: any TicketStore, _ files: FileImport) throws {
        self.store = store
        self.files = files
        knownPeople = Set(try store.people().map { $0.id })
    }

    /// Who is known already keeps the name that their newest token gave them.
    func take(_ person: Person) throws {
        guard knownPeople.insert(person.id).inserted else { return }
        batch.people.append(person)
        counts.people += 1
        if batch.people.count >= Self.eventsMax { try flush() }
    }

    func begin(_ file: StoredFile) throws {
        // Only a file that comes twice: the store must know of the first.
        if batch.files.contains(where: { $0.id == file.id }) { try flush() }
        try files.begin(file)
    }

    func take(_ ticket: TransferredTicket) throws {
        let snapshot = try ticket.checkedSnapshot()
        if waiting.contains(ticket.id) { try flush() }
        let stored = try store.events(of: ticket.id, after: 0, limit: ticket.events.count + 1)
        try requireSame(ticket, stored)
        try requireFreeNumber(snapshot)
        batch.files += try files.entries(for: ticket)
        digests[ticket.id] = ticket.digest
        batch.reads += ticket.reads
        if stored.count == ticket.events.count {
            counts.known += 1
        } else {
            // MongoDB may hold the beginning of a log when an import broke off: it goes on there.
            batch.events += ticket.events[stored.count...]
            batch.statistics.add(ticket.statistics(after: stored.count))
            batch.snapshots.append(snapshot)
            waiting.insert(ticket.id)
            counts.tickets += 1
            counts.events += ticket.events.count - stored.count
        }
        if max(batch.events.count, batch.reads.count, batch.files.count) >= Self.eventsMax {
            try flush()
        }
    }

    private func requireSame(_ ticket: TransferredTicket, _ stored: [TicketEvent]) throws {
        guard stored.count <= ticket.events.count else {
            throw UsageError(
                "ticket \(ticket.id) is in the store with more events than the file has; "
                    + "nothing is overwritten")
        }
        // As bytes: text that is equal for Unicode alone is another text.
        for (there, here) in zip(stored, ticket.events)
        where RecordJSON.encode(there.record) != RecordJSON.encode(here.record) {
            throw UsageError(
                "ticket \(ticket.id) is in the store with another event \(there.seq); "
                    + "nothing is overwritten")
        }
    }

    private func requireFreeNumber(_ snapshot: Ticket) throws {
        guard let owner = try store.ticketID(number: snapshot.number), owner != snapshot.id else {
            return
        }
        throw UsageError(
            "\(snapshot.ref) is ticket \(owner) in the store and \(snapshot.id) in the file; "
                + "import into an empty store")
    }

    /// There is no more.
    func finish() throws {
        try files.requireNone()
        try flush()
    }

    func flush() throws {
        defer {
            batch = StoreBatch()
            waiting.removeAll(keepingCapacity: true)
        }
        guard !batch.isEmpty else { return }
        do {
            try store.commit(batch)
        } catch {
            counts.tickets -= waiting.count
            throw UsageError(
                "\(error.description); the last \(waiting.count) tickets up to this line were "
                    + "not stored")
        }
    }
}
