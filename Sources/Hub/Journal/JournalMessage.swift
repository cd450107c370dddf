// What crosses between workers and the journal.

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
    /// Coalesced, then written with the next batch.
    case read(ReadMark, ReplyAddress?)
    /// The bytes of a file are durable: make its entry.
    case stored(StoredFile, ReplyAddress)
    /// Files that nobody attached in time.
    case expired([StoredFile])
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
    let head: HeadBox
    let isReplay: Bool
}

struct JournalReply: Sendable {
    let token: UInt64
    /// nil value: a read mark or a file is durable.
    let outcome: Result<Decided?, TicketRejection>
}
