// Messages to a worker from other threads.

import Reactor
import Text
import Tickets

enum WorkerMessage: Sendable {
    /// Durable events, in order, and replies to this worker's own commands.
    case journal([Publication], [JournalReply])
    /// The answer of a thread that uses the store.
    case answer(RequestID, Result<any Sendable, StoreError>)
    /// Progress of an upload.
    case upload(RequestID, UploadReport)
    case typing(TypingSignal)
    case presence(PresenceUpdate)
    case read(ReadSignal)
    /// Durable notifications, for their people's sessions.
    case notifications([NotificationFrame])
    /// Settings were reloaded. Indirect: it is rare and large, the others are neither.
    indirect case reload(HubSettings, Authenticator)
    /// A renewed certificate, for new connections.
    case secure(TLSContext)
    /// Revoked tokens, also on open connections.
    case revoke(RevocationList)
    /// People who are being erased: their tokens are refused until it is done.
    case erasing(RevocationList)
    /// This person is erased; drops cached data about them.
    case erased(ExactText)
    /// Names in these tickets have changed without an event.
    case renamed([TicketID])
    /// Says goodbye to all clients, then ends the loop.
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
