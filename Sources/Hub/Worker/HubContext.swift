// What is made once for a hub and handed to every thread of it.

import Observability
import Reactor
import Tickets

/// What every worker of a hub has in common; all of it Sendable.
struct HubContext: Sendable {
    /// What the workers begin with; each has its own when they are read again.
    var settings: HubSettings
    var authenticator: Authenticator
    let journal: Mailbox<JournalMessage>
    let workers: [Mailbox<WorkerMessage>]
    let readers: ReaderPool
    let searches: SearchLimiter
    let files: FilePool
    let tally: TicketCounts
    let directory: PeopleDirectory
    let assets: StaticAssets
    let metricsSnapshot: MetricsSnapshot
    let journalMetrics: JournalMetrics
    let storeRoom = StoreRoom()
    let indexMetrics = IndexMetrics()
    let log: Log
    /// What the workers begin with; nil without TLS.
    var tls: TLSContext?
    /// Connections of all workers together.
    let connections: Counter
    let connectionsMax: Int
    let addresses: ConnectionsPerAddress
    let accounts: PersonAccounts
    let memory: MemoryMonitor
    /// What the workers begin with.
    var revocations = RevocationList()
    let notifications: OutboxSignal
    let hubID: String
    let build: String
}
