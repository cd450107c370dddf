// Writes the people and tickets of an export in batches, with the entries of the files that came
// before each ticket.

import SQLiteStore
import Text
import Tickets
import Wire

final class Importer {
    private let store: any TicketStore
    let files: FileImport
    private var batch = StoreBatch()
    /// Tickets of the batch, by their numbers.
    private var waiting: [Int: TicketID] = [:]
    private var knownPeople: Set<ExactText>
    private(set) var counts = (tickets: 0, events: 0, people: 0, known: 0)
    /// Expected digest of each ticket's log after the import.
    private(set) var digests: [TicketID: Int] = [:]

    /// Events in a batch; a ticket is never split.
    private static let eventsMax = 1000

    init(_ store: any TicketStore, _ files: FileImport) throws {
        self.store = store
        self.files = files
        knownPeople = Set(try store.people().map { $0.id })
    }

    /// A known person keeps the name from their newest token.
    func take(_ person: Person) throws {
        if let fault = person.fault { throw UsageError(fault) }
        guard knownPeople.insert(person.id).inserted else { return }
        batch.people.append(person)
        counts.people += 1
        if batch.people.count >= Self.eventsMax { try flush() }
    }

    func begin(_ file: StoredFile) throws {
        // Only for a file that comes twice: the store must have the first.
        if batch.files.contains(where: { $0.id == file.id }) { try flush() }
        try files.begin(file)
    }

    func take(_ ticket: TransferredTicket) throws {
        let snapshot = try ticket.checkedSnapshot()
        if waiting.values.contains(ticket.id) { try flush() }
        // An export has a line for each of them; other programs may have left some out.
        for person in ticket.events.flatMap(\.people) where !person.isErased { try take(person) }
        try requireKnown(ticket.reads, of: ticket.id)
        let stored = try store.events(of: ticket.id, after: 0, limit: ticket.events.count + 1)
        try requireSame(ticket, stored)
        try requireFreeNumber(snapshot)
        batch.files += try files.entries(for: ticket)
        digests[ticket.id] = ticket.digest
        batch.reads += ticket.reads
        if stored.count == ticket.events.count {
            counts.known += 1
        } else {
            // After an interrupted import MongoDB may have the beginning of a log: continue there.
            batch.events += ticket.events[stored.count...]
            batch.statistics.add(ticket.statistics(after: stored.count))
            batch.snapshots.append(snapshot)
            waiting[snapshot.number] = ticket.id
            counts.tickets += 1
            counts.events += ticket.events.count - stored.count
        }
        if max(batch.events.count, batch.reads.count, batch.files.count) >= Self.eventsMax {
            try flush()
        }
    }

    /// Who has read a ticket has signed in before, so an export has a line for them.
    private func requireKnown(_ reads: [ReadMark], of ticket: TicketID) throws {
        let stranger = reads.first {
            !knownPeople.contains($0.person) && !Person.isErased($0.person)
        }
        guard let stranger else { return }
        throw UsageError(
            "ticket \(ticket): reads: “\(stranger.person.excerpt)” is in no line of a person before it, "
                + "in no event and not in the store")
    }

    private func requireSame(_ ticket: TransferredTicket, _ stored: [TicketEvent]) throws {
        guard stored.count <= ticket.events.count else {
            throw UsageError(
                "ticket \(ticket.id) is in the store with more events than the file has; "
                    + "nothing is overwritten")
        }
        // Compares bytes: canonically equivalent Unicode texts are different texts.
        for (there, here) in zip(stored, ticket.events)
        where JSONWriter.bytes(of: there.record) != JSONWriter.bytes(of: here.record) {
            throw UsageError(
                "ticket \(ticket.id) is in the store with another event \(there.seq); "
                    + "nothing is overwritten")
        }
    }

    private func requireFreeNumber(_ snapshot: Ticket) throws {
        if let owner = waiting[snapshot.number], owner != snapshot.id {
            throw UsageError(
                "\(snapshot.ref) is ticket \(owner) earlier in the file and \(snapshot.id) here")
        }
        guard let owner = try store.ticketID(number: snapshot.number), owner != snapshot.id else {
            return
        }
        throw UsageError(
            "\(snapshot.ref) is ticket \(owner) in the store and \(snapshot.id) in the file; "
                + "import into an empty store")
    }

    /// End of the input.
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
