// The real SQLite store in a wrapper that fails on request, before or after a write.

import SQLiteStore
import Text
import Tickets

final class FaultyStore: TicketStore {
    enum Fault {
        case unavailable, conflict, corrupt
        /// An error after the write, like a lost answer of the store.
        case unknownAfterWriting
        case unknownWithoutWriting
        /// Unknown, and only the first event of the batch was written.
        case unknownAfterFirst
    }

    private let store: any TicketStore
    var isRemote = false
    /// For the next commits, one each; then they succeed.
    var commitFaults: [Fault] = []
    /// For the next reads of events, one each.
    var readFaults = 0
    /// Runs before the next commit, as another writer would.
    var beforeCommit: ((any TicketStore) throws(StoreError) -> Void)?
    private(set) var commits = 0
    /// In the next commit another writer is faster with these tickets.
    var lost: [TicketID: Int] = [:]

    init(path: String) throws { store = try SQLiteStoreOpener(path: path).openStore() }

    func commit(_ batch: StoreBatch) throws(StoreError) {
        commits += 1
        if let intrude = beforeCommit {
            beforeCommit = nil
            try intrude(store)
        }
        guard !commitFaults.isEmpty else { return try store.commit(batch) }
        switch commitFaults.removeFirst() {
        case .unavailable: throw .unavailable("the test says so")
        case .conflict: throw .conflict("the test says so")
        case .corrupt: throw .corrupt("the test says so")
        case .unknownWithoutWriting: throw .unknownOutcome("the test says so")
        case .unknownAfterWriting:
            try store.commit(batch)
            throw .unknownOutcome("the test says so")
        case .unknownAfterFirst:
            var first = StoreBatch()
            first.events = Array(batch.events.prefix(1))
            try store.commit(first)
            throw .unknownOutcome("the test says so")
        }
    }

    func commitByTicket(_ batch: StoreBatch) throws(StoreError) -> CommitReport {
        let report = CommitReport(lost: lost)
        lost = [:]
        guard !report.lost.isEmpty else {
            try commit(batch)
            return report
        }
        var stored = batch
        stored.events = batch.events.filter(report.isStored)
        stored.snapshots = batch.snapshots.filter { report.lost[$0.id] == nil }
        stored.outbox = batch.outbox.filter { entry in
            stored.events.contains { $0.ticket == entry.ticket && $0.seq == entry.seq }
        }
        stored.statistics = StatisticsChange()
        try commit(stored)
        return report
    }

    func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent] {
        if readFaults > 0 {
            readFaults -= 1
            throw .unavailable("the test says so")
        }
        return try store.events(of: id, after: seq, limit: limit)
    }

    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry] { try store.entries(kind, sharedOrOf: owner) }
    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry? {
        try store.entry(id, kind)
    }
    func put(_ entry: CatalogEntry) throws(StoreError) { try store.put(entry) }
    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) {
        try store.remove(id, kind)
    }
    func snapshot(of id: TicketID) throws(StoreError) -> Ticket? { try store.snapshot(of: id) }
    func ticketID(number: Int) throws(StoreError) -> TicketID? {
        try store.ticketID(number: number)
    }
    func highestNumber() throws(StoreError) -> Int { try store.highestNumber() }
    func events(for keys: [CommandKey]) throws(StoreError) -> [CommandKey: TicketEvent] {
        try store.events(for: keys)
    }
    func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] { try store.alarms() }
    func alarms(
        dueBy moment: Timestamp, limit: Int
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        try store.alarms(dueBy: moment, limit: limit)
    }
    func ticketCounts() throws(StoreError) -> GroupedTicketCounts { try store.ticketCounts() }
    func people() throws(StoreError) -> [Person] { try store.people() }
    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        try store.file(of: owner, key: key)
    }

    func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile] {
        try store.files(ids)
    }
    func erasures() throws(StoreError) -> [Erasure] { try store.erasures() }
    func keep(_ erasure: Erasure) throws(StoreError) { try store.keep(erasure) }
    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?) {
        try store.tickets(naming: person, after: after, limit: limit)
    }
    func rename(_ renaming: PersonRenaming, in tickets: [TicketID]) throws(StoreError) {
        try store.rename(renaming, in: tickets)
    }
    func forget(_ renaming: PersonRenaming) throws(StoreError) { try store.forget(renaming) }
}
