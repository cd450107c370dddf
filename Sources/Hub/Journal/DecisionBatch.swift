// A batch that is being decided: new snapshots, and outcomes that wait for the store.

import Tickets

/// A command and where its reply goes; alarms have no reply address.
struct PendingCommand {
    let command: TicketCommand
    let reply: ReplyAddress?
    let fingerprint: UInt64

    init(_ command: TicketCommand, reply: ReplyAddress?) {
        self.command = command
        self.reply = reply
        fingerprint = command.key == nil ? 0 : command.fingerprint
    }
}

struct DecisionBatch {
    typealias Outcome = Result<Decided, TicketRejection>

    private(set) var events: [TicketEvent] = []
    private(set) var publications: [Publication] = []
    /// The newest snapshot of each ticket touched in this batch.
    private(set) var snapshots: [TicketID: TicketSnapshot] = [:]
    /// The snapshot of each touched ticket before this batch; nil: created in this batch.
    private(set) var before: [TicketID: TicketSnapshot?] = [:]
    private(set) var outcomes: [(command: PendingCommand, outcome: Outcome)] = []
    /// Idempotency keys of this batch's events.
    private(set) var keys: [CommandKey: TicketEvent] = [:]
    /// Files that its commands name and no event of it has taken yet.
    var files: [FileID: StoredFile] = [:]
    /// Events that its redactions empty.
    var rewrites: [TicketEvent] = []
    private var statistics = StatisticsChange()
    var nextNumber: Int

    init(nextNumber: Int) { self.nextNumber = nextNumber }

    mutating func accept(
        _ event: TicketEvent, of command: PendingCommand, before: TicketSnapshot?,
        snapshot: TicketSnapshot
    ) {
        add(event, before: before, snapshot: snapshot)
        conclude(command, .success(Decided(event: event, snapshot: snapshot, isReplay: false)))
    }

    /// An event without an outcome of its own.
    mutating func add(
        _ event: TicketEvent, before: TicketSnapshot?, snapshot: TicketSnapshot
    ) {
        if self.before[event.ticket] == nil { self.before[event.ticket] = .some(before) }
        events.append(event)
        for id in event.claims.keys { files[id] = nil }
        statistics.note(event, snapshot.ticket)
        snapshots[event.ticket] = snapshot
        publications.append(Publication(event, before: before, snapshot: snapshot))
        if let key = event.commandKey { keys[key] = event }
    }

    mutating func conclude(_ command: PendingCommand, _ outcome: Outcome) {
        outcomes.append((command, outcome))
    }

    /// A command with a key was refused or changes nothing: an earlier one with the same key may
    /// have been carried out, and no index says so.
    var mayAnswerRepeats: Bool {
        outcomes.contains { command, outcome in
            guard command.command.key != nil else { return false }
            guard case .success(let decided) = outcome else { return true }
            return decided.event == nil
        }
    }

    var batch: StoreBatch {
        var batch = StoreBatch()
        batch.events = events
        batch.rewrites = rewrites
        batch.snapshots = snapshots.values.map(\.ticket)
        batch.statistics = statistics
        return batch
    }
}
