// What crosses between workers and the journal.

import Text
import Tickets

/// Where an answer goes: a worker, and the token under which it remembers who asked.
struct ReplyAddress: Sendable {
    let worker: Int
    let token: UInt64
}

enum JournalMessage: Sendable {
    case command(TicketCommand, ReplyAddress)
    /// A person was seen in a token.
    case seen(Person)
    /// Coalesced, then written with the next batch. The reader's view of the log bounds it.
    case read(ReadMark, by: Caller, ReplyAddress?)
    /// The bytes of a file are durable: make its entry.
    case stored(StoredFile, ReplyAddress)
    /// Files that nobody attached in time.
    case expired([StoredFile])
    /// Take a person out; the answer comes when all but traces is done.
    case erase(ErasureRequest, ReplyAddress)
    /// Nothing about this person is on its way to the notifications any more.
    case notificationsForgot(ExactText)
    /// Work on the store beside the tickets.
    case write(WriterJob)
    /// Settings that were read again.
    indirect case reload(HubSettings)
    /// Finish what has arrived, then end the thread.
    case stop
}

/// What became of an accepted command.
struct Decided: Sendable {
    /// nil: everything was as asked for already.
    let event: TicketEvent?
    let snapshot: TicketSnapshot
    let isReplay: Bool
    /// A replay to somebody who cannot see the ticket any more: they are told what they did, and
    /// nothing of `snapshot`.
    var isOutOfSight = false
}

struct JournalReply: Sendable {
    let token: UInt64
    /// nil value: a read mark or a file is durable.
    let outcome: Result<Decided?, TicketRejection>
}
