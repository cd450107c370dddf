// Opens a MongoDB database as a ticket store.

package import Tickets

package struct MongoStoreOpener: TicketStoreOpener {
    let address: MongoAddress
    /// For inspection: readers and file stores refuse a database without a store.
    private let isInspection: Bool
    private let view: OldShapeView?
    private let newest = NewestDerivedQueue()

    /// `uri`: any that the official drivers accept. `database`: by default the one in the URI's
    /// path, or "guichet". `view`: is made when the store is opened. `isMonitored`: for a process
    /// that stays, see `MongoPool`.
    package init(
        uri: String, database: String? = nil, isInspection: Bool = false,
        isMonitored: Bool = false, view: OldShapeView? = nil
    ) {
        address = MongoAddress(uri: uri, database: database, isMonitored: isMonitored)
        self.isInspection = isInspection
        self.view = view
    }

    /// Hosts and database; never credentials or options.
    package var label: String { address.label }

    package func openStore(
        progress: (StoreProgress) -> Void
    ) throws(StoreError) -> any TicketStore {
        let store = try MongoTicketStore(address, progress: progress)
        newest.note(store.writer.queue)
        if try !store.client.areCounted() {
            progress(.statistics)
            try store.repairAllSnapshots()
            try recountStatistics()
        }
        try view?.make(in: store.client)
        return store
    }

    package func openReader() throws(StoreError) -> any TicketReader {
        let reader = try MongoTicketReader(address, newest: newest)
        if isInspection { try MongoSchema.requireCurrent(in: reader.client) }
        return reader
    }

    package func claim(by claimant: StoreClaimant) throws(StoreError) -> any StoreClaim {
        if !claimant.createsStore { try openClient().requireStore() }
        return try MongoLease(address, by: claimant)
    }

    /// Nothing to do: a server's files belong to the server.
    package func repairPermissions() throws(StoreError) -> [RepairedPermission] { [] }

    package func openFiles() throws(StoreError) -> any FileStore {
        try MongoFileStore(address)
    }

    package func openOutbox() throws(StoreError) -> any OutboxStore {
        if isInspection { try openClient().requireStore() }
        return try MongoOutboxStore(address)
    }
    func openClient() throws(StoreError) -> MongoClient { try MongoClient(address) }

    package func openInspector() throws(StoreError) -> any StoreInspector {
        try MongoInspector(address)
    }

    package func repair(_ repair: StoreRepair) throws(StoreError) -> [String] {
        try MongoRepair(address).run(repair)
    }

    package func repair(_ snapshots: [Ticket]) throws(StoreError) {
        let client = try MongoClient(address)
        do throws(MongoFailure) {
            try client.upsert(snapshots.map(\.replacement), into: .tickets)
        } catch {
            throw error.outcome(address)
        }
    }

    package func rebuildSearch(progress: (StoreProgress) -> Void) throws(StoreError) {
        let backlog = SearchBacklog(log: MongoLog(client: try MongoClient(address)))
        try backlog.begin()
        while let step = try backlog.step() { progress(step) }
    }

    package func openIndexer() throws(StoreError) -> any SearchIndexer {
        SearchBacklog(log: MongoLog(client: try MongoClient(address)))
    }
}
