// Messages between workers and the journal.

import Text
import Tickets

enum JournalMessage: Sendable {
    case command(TicketCommand, ReplyAddress)
    /// A person was seen in a token.
    case seen(Person)
    /// Coalesced, then written with the next batch. Bounded by the reader's view of the log.
    case read(ReadMark, by: Caller, ReplyAddress?)
    /// The bytes of a file are durable: make its entry.
    case stored(StoredFile, ReplyAddress)
    /// Files that were not attached in time.
    case expired([StoredFile])
    /// Erases a person; the reply comes when only traces are left.
    case erase(ErasureRequest, ReplyAddress)
    /// No message about this person is on its way to the notifications any more.
    case notificationsForgot(ExactText)
    /// Work on the store apart from tickets.
    case write(WriterJob)
    /// Settings were reloaded.
    indirect case reload(HubSettings)
    /// Finishes the messages received so far, then ends the thread.
    case stop
}

/// The result of an accepted command.
struct Decided: Sendable {
    /// nil: the ticket was already as requested.
    let event: TicketEvent?
    let snapshot: TicketSnapshot
    let isReplay: Bool
    /// A replay to an author who can no longer see the ticket: the reply reports their event and
    /// nothing of `snapshot`.
    var isOutOfSight = false
}

struct JournalReply: Sendable {
    let request: RequestID
    /// nil value: a read mark or a file is durable.
    let outcome: Result<Decided?, TicketRejection>
}
