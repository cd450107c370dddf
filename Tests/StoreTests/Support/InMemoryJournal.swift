// A substitute for the journal: decides commands with the real rules and keeps, in memory, the
// expected content of a store.

import Testing
import Text
import Tickets

final class InMemoryJournal {
    static let admin = Person(id: "ada", name: "Ada", role: .admin)
    static let tech = Person(id: "theo", name: "Théo", role: .technician)
    static let otherTech = Person(id: "tara", name: "Tara", role: .technician)
    static let client = Person(id: "carl", name: "Carl", role: .client)
    static let otherClient = Person(id: "cléa", name: "Cléa 🌻", role: .client)
    static let people = [admin, tech, otherTech, client, otherClient]

    var now = Timestamp(milliseconds: 1_764_000_000_000)
    var limits = ContentLimits()
    /// Uploads that commands may attach.
    var files: [StoredFile] = []
    private(set) var snapshots: [TicketID: Ticket] = [:]
    private(set) var logs: [TicketID: [TicketEvent]] = [:]
    private var lastNumber: Int
    private var uncommitted: [TicketEvent] = []
    private var rewrites: [TicketEvent] = []

    init(lastNumber: Int = 0) { self.lastNumber = lastNumber }

    var tickets: [Ticket] { snapshots.values.sorted { $0.id < $1.id } }

    // MARK: Commands

    @discardableResult
    func create(
        by person: Person = InMemoryJournal.client, title: String = "The printer is on fire",
        project: ExactText = "print", priority: Priority = .normal,
        category: Tickets.Category = .incident,
        tags: [ExactText] = [], attachments: [FileID] = [], key: ExactText? = nil
    ) throws -> Ticket {
        var new = NewTicket(
            title: title, description: "It smokes.\n\tFrom the \"back\".", category: category,
            priority: priority, project: project)
        new.tags = tags
        new.attachments = attachments
        lastNumber += 1
        let event = try rules.create(
            new, number: lastNumber, by: Caller(person: person), key: key,
            fingerprint: Self.fingerprint(key))
        let snapshot = try #require(event.created)
        record(event, snapshot)
        return snapshot
    }

    /// nil: the edit changes nothing.
    @discardableResult
    func edit(
        _ id: TicketID, by person: Person = InMemoryJournal.tech, key: ExactText? = nil,
        _ change: (inout TicketEdit) -> Void
    ) throws -> TicketEvent? {
        var edit = TicketEdit()
        change(&edit)
        let snapshot = try #require(snapshots[id])
        let caller = Caller(
            person: person, projects: [snapshot.project], reachesAllTickets: true)
        let event = try rules.decide(
            edit, on: snapshot, by: caller, key: key, fingerprint: Self.fingerprint(key))
        if let event { record(event, snapshot.applying(event)) }
        return event
    }

    @discardableResult
    func say(
        _ body: String, on id: TicketID, by person: Person = InMemoryJournal.tech,
        isInternal: Bool = false,
        key: ExactText? = nil
    ) throws -> TicketEvent? {
        try edit(id, by: person, key: key) {
            $0.draft = Draft(body: body)
            $0.draft?.isInternal = isInternal
        }
    }

    /// nil: already redacted. The next batch redacts.
    @discardableResult
    func redact(
        _ seq: Int, on id: TicketID, by person: Person = InMemoryJournal.admin,
        because reason: String = "a password"
    ) throws -> TicketEvent? {
        let snapshot = try #require(snapshots[id])
        let index = try #require(logs[id]?.firstIndex { $0.seq == seq })
        let target = try #require(logs[id]?[index])
        let caller = Caller(person: person, reachesAllTickets: true)
        let event = try rules.redact(
            target, because: reason, on: snapshot, by: caller, key: nil, fingerprint: 0)
        guard let event, let mark = event.mark else { return nil }
        let rewritten = target.redacted(mark)
        logs[id]?[index] = rewritten
        rewrites.append(rewritten)
        record(event, snapshot.applying(event))
        return event
    }

    func raiseAlarm(on id: TicketID) throws {
        let snapshot = try #require(snapshots[id])
        if let event = rules.decideAlarm(on: snapshot) { record(event, snapshot.applying(event)) }
    }

    /// An event that the rules cannot make yet.
    func record(_ event: TicketEvent) throws {
        let snapshot = try #require(snapshots[event.ticket])
        record(event, snapshot.applying(event))
    }

    func pass(minutes: Int64) { now = now.advanced(byMilliseconds: minutes * 60_000) }

    private func record(_ event: TicketEvent, _ snapshot: Ticket) {
        snapshots[event.ticket] = snapshot
        logs[event.ticket, default: []].append(event)
        uncommitted.append(event)
    }

    /// Without a key there is none to keep. Above Int64.max, to see all 64 bits come back.
    private static func fingerprint(_ key: ExactText?) -> UInt64 { key == nil ? 0 : .max - 1 }

    private var rules: TicketRules {
        let files = files
        return TicketRules(policy: SLAPolicy(), limits: limits, now: now) { id in
            InMemoryJournal.people.first { $0.id == id }
        } file: { id in
            files.first { $0.id == id }
        }
    }

    // MARK: Batches

    /// Everything since the last batch.
    func takeBatch() -> StoreBatch {
        var batch = StoreBatch()
        batch.events = uncommitted
        batch.rewrites = rewrites
        for id in Set(uncommitted.map(\.ticket)) {
            if let snapshot = snapshots[id] { batch.snapshots.append(snapshot) }
        }
        uncommitted = []
        rewrites = []
        return batch
    }

    /// As after a crash between events and snapshots.
    func takeBatchWithoutSnapshots() -> StoreBatch {
        var batch = takeBatch()
        batch.snapshots = []
        return batch
    }
}
