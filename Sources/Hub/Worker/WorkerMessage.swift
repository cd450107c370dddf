// What reaches a worker from other threads.

import Reactor
import Text
import Tickets

enum WorkerMessage: Sendable {
    /// Durable events, in order, and answers to this worker's own commands.
    case journal([Publication], [JournalReply])
    /// A reader thread's answer to the question with this token.
    case answer(token: UInt64, Result<any Sendable, StoreError>)
    /// How the upload with this token goes on.
    case upload(token: UInt64, UploadReport)
    case typing(TypingSignal)
    case presence(PresenceUpdate)
    case read(ReadSignal)
    /// Durable notifications, for the sessions of their people.
    case notifications([NotificationFrame])
    /// Settings that were read again. Indirect: it is rare and large, the others are neither.
    indirect case reload(HubSettings, Authenticator)
    /// A renewed certificate, for the connections to come.
    case secure(TLSContext)
    /// Tokens that are worth nothing any more, also on open connections.
    case revoke(RevocationList)
    /// People who are being erased: whoever has their tokens is out until it is done.
    case erasing(RevocationList)
    /// This person is erased; nothing that is kept of them in memory is true any more.
    case erased(ExactText)
    /// Names in these tickets have changed without an event.
    case renamed([TicketID])
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
