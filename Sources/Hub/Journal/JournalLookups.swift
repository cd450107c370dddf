// The journal's lookups: snapshots, ids and keys, in its caches or the store.

import Text
import Tickets

/// The ids of recently named tickets. A number keeps its ticket for ever.
struct NumberCache {
    private static let entriesMax = 50_000

    private var ids: [Int: TicketID] = [:]

    subscript(number: Int) -> TicketID? { ids[number] }

    mutating func insert(_ id: TicketID, number: Int) {
        if ids.count > Self.entriesMax { ids.removeAll() }
        ids[number] = id
    }
}

extension Journal {
    /// The snapshot as of this batch, or the stored one.
    func snapshot(_ id: TicketID, in batch: DecisionBatch) throws(StoreError) -> TicketSnapshot? {
        if let snapshot = batch.snapshots[id] { return snapshot }
        if let snapshot = snapshots[id] { return snapshot }
        guard let ticket = try store.snapshot(of: id) else { return nil }
        let snapshot = TicketSnapshot(ticket)
        snapshots.insert(snapshot)
        return snapshot
    }

    func ticketID(_ reference: TicketReference, in batch: DecisionBatch) throws(StoreError)
        -> TicketID?
    {
        switch reference {
        case .id(let id): return id
        case .number(let number):
            if let id = numbers[number] { return id }
            guard let id = try store.ticketID(number: number) else { return nil }
            numbers.insert(id, number: number)
            return id
        }
    }

    /// Whether the keys are looked for before anything is decided. A few commands that are hardly ever
    /// repeated do not wait for that: the index refuses the event of a repeated one, and then its key
    /// is looked for. Creations are charged as they are decided, so they are not tried out.
    func mustSeekKeys(of commands: ArraySlice<PendingCommand>) -> Bool {
        guard store.isRemote, commands.count <= Self.untriedKeysMax else { return true }
        return !commands.allSatisfy { command in
            if case .edit = command.command.request { true } else { false }
        }
    }

    /// Each repeated command among them costs a refused insert.
    private static let untriedKeysMax = 8

    func keys(of commands: ArraySlice<PendingCommand>) throws(StoreError) -> [CommandKey] {
        let empty = DecisionBatch(nextNumber: nextNumber)
        var keys: [CommandKey] = []
        for command in commands {
            if let key = try key(of: command.command, in: empty) { keys.append(key) }
        }
        return keys
    }

    func key(of command: TicketCommand, in batch: DecisionBatch) throws(StoreError) -> CommandKey? {
        guard let key = command.key else { return nil }
        let author = command.caller.person.id
        switch command.request {
        case .create: return CommandKey(author: author, ticket: nil, key: key)
        case .edit(let reference, _), .redact(let reference, _, _):
            guard let id = try ticketID(reference, in: batch) else { return nil }
            return CommandKey(author: author, ticket: id, key: key)
        case .clockDue, .adopt: return nil
        }
    }
}
