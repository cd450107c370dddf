// The door to this module: one database of a MongoDB deployment as a ticket store.

package import Tickets

package struct MongoStoreOpener: TicketStoreOpener {
    private let address: MongoAddress

    /// `uri` is any that the official drivers take. `database`: else the one in the URI's path,
    /// else "guichet".
    package init(uri: String, database: String? = nil) {
        address = MongoAddress(uri: uri, database: database)
    }

    /// Hosts and database; never credentials or options.
    package var label: String { address.label }

    package func openStore(
        progress: (StoreProgress) -> Void
    ) throws(StoreError) -> any TicketStore {
        let store = try MongoTicketStore(address, progress: progress)
        try countStatistics(store.client)
        return store
    }

    package func openReader() throws(StoreError) -> any TicketReader {
        try MongoTicketReader(address)
    }

    package func openFiles() throws(StoreError) -> any FileStore {
        try MongoFileStore(address)
    }

    package func openOutbox() throws(StoreError) -> any OutboxStore {
        try MongoOutboxStore(address)
    }
    func openClient() throws(StoreError) -> MongoClient { try MongoClient(address) }

    package func repair(_ heads: [Ticket]) throws(StoreError) {
        let client = try MongoClient(address)
        do throws(MongoFailure) {
            try client.upsert(heads.map(\.replacement), into: .tickets)
        } catch {
            throw error.outcome(address)
        }
    }

    package func rebuildSearch(progress: (StoreProgress) -> Void) throws(StoreError) {
        let backlog = SearchBacklog(log: MongoLog(client: try MongoClient(address)))
        try backlog.forgetAll()
        try backlog.takeIn(progress)
    }
}
