// The objects that a hub's threads share, made once.

import Observability
import Outbox
import Reactor
import Tickets

/// Shared by all workers of a hub; all of it is Sendable.
struct HubContext: Sendable {
    /// Initial settings; after a reload each worker has its own copy.
    var settings: HubSettings
    var authenticator: Authenticator
    let journal: Mailbox<JournalMessage>
    let workers: [Mailbox<WorkerMessage>]
    let readers: ReaderPool
    let searches: SearchLimiter
    let files: FilePool
    let ticketCounts: TicketCounts
    let directory: PeopleDirectory
    let assets: StaticAssets
    let metricsSnapshot: MetricsSnapshot
    let journalMetrics: JournalMetrics
    let storeRoom = StoreRoom()
    let adoptionLag = AdoptionLag()
    let indexMetrics = IndexMetrics()
    let log: Log
    /// Initial TLS context; nil without TLS.
    var tls: TLSContext?
    /// Connections of all workers.
    let connections: Counter
    let connectionsMax: Int
    let addresses: ConnectionsPerAddress
    let accounts: PersonAccounts
    let memory: MemoryMonitor
    /// Initial revocations.
    var revocations = RevocationList()
    let notifications: Mailbox<NotificationMessage>
    let outbox: OutboxSignal
    let hubID: String
    let build: String
}
