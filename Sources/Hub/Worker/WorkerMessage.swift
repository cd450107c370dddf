// What reaches a worker from other threads.

import Reactor
import Tickets

enum WorkerMessage: Sendable {
    /// Durable events, in order, and answers to this worker's own commands.
    case journal([Publication], [JournalReply])
    /// A reader thread's answer to the question with this token.
    case answer(token: UInt64, Result<any Sendable, StoreError>)
    case typing(TypingSignal)
    case presence(PresenceUpdate)
    case read(ReadSignal)
    /// Durable notifications, for the sessions of their people.
    case notices([NoticeFrame])
    /// A renewed certificate, for the connections to come.
    case secure(TLSContext)
    /// Say goodbye to everyone, then end the loop.
    case drain
}

struct TypingSignal: Sendable {
    let ticket: TicketID
    let by: Person
    let isOn: Bool
    let isInternal: Bool
}

struct ReadSignal: Sendable {
    let ticket: TicketID
    let by: Person
    let seq: Int
}
