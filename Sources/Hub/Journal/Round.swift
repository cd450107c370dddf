// One batch under decision: heads as they would be, outcomes that wait for the store.

import Tickets

/// A command with whoever waits for it; alarms have nobody.
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

struct Round {
    typealias Outcome = Result<Decided, TicketRejection>

    private(set) var events: [TicketEvent] = []
    private(set) var publications: [Publication] = []
    /// The newest head of each ticket that this round has touched.
    private(set) var heads: [TicketID: HeadBox] = [:]
    /// The head that each touched ticket had before this round; nil: created here.
    private(set) var before: [TicketID: HeadBox?] = [:]
    private(set) var outcomes: [(command: PendingCommand, outcome: Outcome)] = []
    /// Keys of this round's own events.
    private(set) var keys: [CommandKey: TicketEvent] = [:]
    /// Files that its commands name and that none of its events has taken.
    var files: [FileID: StoredFile] = [:]
    /// Events that its redactions leave without words.
    var rewrites: [TicketEvent] = []
    private var statistics = StatisticsChange()
    var nextNumber: Int

    init(nextNumber: Int) { self.nextNumber = nextNumber }

    mutating func accept(
        _ event: TicketEvent, of command: PendingCommand, before: HeadBox?, head: HeadBox
    ) {
        if self.before[event.ticket] == nil { self.before[event.ticket] = .some(before) }
        events.append(event)
        for id in event.claims.keys { files[id] = nil }
        statistics.note(event, head.ticket)
        heads[event.ticket] = head
        publications.append(Publication(event, before: before, head: head))
        if let key = event.commandKey { keys[key] = event }
        conclude(command, .success(Decided(event: event, head: head, isReplay: false)))
    }

    mutating func conclude(_ command: PendingCommand, _ outcome: Outcome) {
        outcomes.append((command, outcome))
    }

    var batch: StoreBatch {
        var batch = StoreBatch()
        batch.events = events
        batch.rewrites = rewrites
        batch.heads = heads.values.map(\.ticket)
        batch.statistics = statistics
        return batch
    }
}
