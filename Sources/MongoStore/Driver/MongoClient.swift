// One client of the driver, with explicit read and write concerns: what is written counts as written
// when a majority has it on its journal, unless a call says otherwise; reads return nothing else, but
// for copies of what the events say.

internal import CMongo
internal import Tickets

enum MongoCollection: String, CaseIterable {
    case tickets, events, people, reads, search, names, statistics, counters, canned, views
    case projects
    case erasures
    /// The statistics by quarter of an hour.
    case quarters
    /// GridFS.
    case files = "files.files"
    case chunks = "files.chunks"
    case outbox, notifications, contacts
    /// The writer's lease: see MongoLease.
    case claims
}

/// Owns the driver's handles. Confined to one thread, like its owner.
@safe final class MongoClient {
    let address: MongoAddress
    let client: OpaquePointer
    private let collections: [MongoCollection: OpaquePointer]
    /// Made at the first write that needs it: see `MongoSession`.
    var session: MongoSession?
    /// Of all clients of the pool, if there is one.
    let primary: PrimaryWatch
    /// nil: a client that looks after its servers itself.
    private let pool: MongoPool?

    /// Connects at the first command, not here.
    init(_ address: MongoAddress, timeLimits: TimeLimits = .usual) throws(StoreError) {
        self.address = address
        // A wait without end would also hold up the pool's other clients after a failover.
        if address.isMonitored && timeLimits == .usual {
            let pool = try MongoPool.shared(address)
            self.pool = pool
            primary = pool.primary
            unsafe client = try pool.take()
        } else {
            pool = nil
            primary = PrimaryWatch()
            unsafe client = try DriverSettings.client(address, timeLimits)
            unsafe primary.observe(client: client)
        }
        var collections: [MongoCollection: OpaquePointer] = unsafe [:]
        for collection in MongoCollection.allCases {
            unsafe collections[collection] = mongoc_client_get_collection(
                client, address.database, collection.rawValue)
        }
        unsafe self.collections = unsafe collections
        readNewestCopies()
    }

    enum TimeLimits { case usual, none }

    /// Another client of the same database, without a time limit, for reads of the whole
    /// database: with millions of tickets they take longer than other commands may.
    func withoutTimeLimit() throws(StoreError) -> MongoClient {
        try MongoClient(address, timeLimits: .none)
    }

    deinit {
        session = nil
        unsafe collections.values.forEach { unsafe mongoc_collection_destroy($0) }
        if let pool { unsafe pool.giveBack(client) } else { unsafe mongoc_client_destroy(client) }
    }

    /// nil cannot happen for a collection of the enum; the driver rejects nil.
    func handle(_ collection: MongoCollection) -> OpaquePointer? {
        unsafe collections[collection]
    }

    /// Copies of what the events say are read as the primary has them. They are written once their
    /// events are durable, so a list shows nothing that a failover takes back.
    private func readNewestCopies() {
        for collection in [MongoCollection.tickets, .search, .statistics, .quarters] {
            let read = unsafe mongoc_read_concern_new()
            unsafe mongoc_read_concern_set_level(read, MONGOC_READ_CONCERN_LEVEL_LOCAL)
            unsafe mongoc_collection_set_read_concern(handle(collection), read)
            unsafe mongoc_read_concern_destroy(read)
        }
    }
}
