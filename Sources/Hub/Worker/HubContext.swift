// What is made once for a hub and handed to every thread of it.

import Reactor
import Tickets

/// What every worker of a hub has in common; all of it Sendable.
struct HubContext: Sendable {
    /// What the workers begin with; each has its own when they are read again.
    var settings: HubSettings
    var gatekeeper: Gatekeeper
    let journal: Mailbox<JournalMessage>
    let workers: [Mailbox<WorkerMessage>]
    let readers: ReaderPool
    let searches: SearchDesk
    let files: FilePool
    let tally: TallyBoard
    let directory: PeopleDirectory
    let assets: StaticAssets
    let board: MetricsBoard
    let journalMetrics: JournalMetrics
    let storeRoom = StoreRoom()
    let indexMetrics = IndexMetrics()
    let log: Log
    /// What the workers begin with; nil without TLS.
    var tls: TLSContext?
    /// Connections of all workers together.
    let connections: Counter
    let connectionsMax: Int
    let addresses: AddressCensus
    let accounts: PersonAccounts
    let memory: MemoryWatch
    /// What the workers begin with.
    var revocations = RevocationList()
    let notices: NoticeOffice
    let hubID: String
    let build: String
}
