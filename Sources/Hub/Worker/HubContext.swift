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
    let notifications: Mailbox<NotificationMessage>
    let outbox: OutboxSignal
    let pools: HubPools
    let limits: HubLimits
    let metrics: HubMetrics
    let ticketCounts: TicketCounts
    let directory: PeopleDirectory
    let assets: StaticAssets
    let log: Log
    /// Initial TLS context; nil without TLS.
    var tls: TLSContext?
    /// Initial revocations.
    var revocations = RevocationList()
    let hubID: String
    let build: String
}

/// The threads that read the store and hold the files.
struct HubPools: Sendable {
    let readers: ReaderPool
    let searches: SearchLimiter
    let files: FilePool

    init(_ settings: HubSettings) throws(SystemError) {
        readers = try ReaderPool(count: settings.readers)
        searches = try SearchLimiter()
        files = try FilePool(count: settings.uploads.threads)
    }

    func stop() {
        readers.stop()
        files.stop()
        searches.readers.stop()
    }
}

/// The limits that all workers keep together.
struct HubLimits: Sendable {
    /// Connections of all workers.
    let connections = Counter()
    let connectionsMax: Int
    let addresses: ConnectionsPerAddress
    let accounts: PersonAccounts
    let memory: MemoryMonitor

    init(_ settings: HubSettings, connectionsMax: Int) {
        self.connectionsMax = connectionsMax
        addresses = ConnectionsPerAddress(limit: settings.connectionsPerAddress)
        accounts = PersonAccounts(settings.budgets)
        memory = MemoryMonitor(limitBytes: settings.memoryBytes)
    }
}

/// What the threads measure, for `/metrics` and for the readiness of the hub.
struct HubMetrics: Sendable {
    let workers: MetricsSnapshot
    let journal = JournalMetrics()
    let index = IndexMetrics()
    let storeSize = StoreSizeReading()
    let adoptionLag = AdoptionLag()

    init(workers count: Int) { workers = MetricsSnapshot(workers: count) }
}
