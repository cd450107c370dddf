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
    let primary = PrimaryWatch()

    /// Connects at the first command, not here.
    init(_ address: MongoAddress, patience: Patience = .usual) throws(StoreError) {
        guard Self.isDriverReady else { throw .unavailable("the MongoDB driver did not start") }
        self.address = address
        unsafe client = try Self.open(address, patience)
        var collections: [MongoCollection: OpaquePointer] = unsafe [:]
        for collection in MongoCollection.allCases {
            unsafe collections[collection] = mongoc_client_get_collection(
                client, address.database, collection.rawValue)
        }
        unsafe self.collections = unsafe collections
        readNewestCopies()
        unsafe primary.observe(client)
    }

    enum Patience { case usual, endless }

    /// Another client of the same database, without a time limit, for reads of the whole
    /// database: with millions of tickets they take longer than other commands may.
    func patient() throws(StoreError) -> MongoClient {
        try MongoClient(address, patience: .endless)
    }

    deinit {
        session = nil
        unsafe collections.values.forEach { unsafe mongoc_collection_destroy($0) }
        unsafe mongoc_client_destroy(client)
    }

    /// nil cannot happen for a collection of the enum; the driver rejects nil.
    func handle(_ collection: MongoCollection) -> OpaquePointer? {
        unsafe collections[collection]
    }

    /// The driver must be initialised once per process. Its own log is off, since its messages
    /// arrive as errors.
    private static let isDriverReady: Bool = {
        mongoc_init()
        mongoc_log_set_handler(nil, nil)
        return true
    }()

    private static func open(
        _ address: MongoAddress, _ patience: Patience
    ) throws(StoreError) -> OpaquePointer {
        // The driver's reason is left out: it may contain the password.
        let refusal = StoreError.unavailable(
            "the URI of \(address.label) cannot be read: percent-encode user and password, "
                + "and check the names of its options")
        guard let uri = unsafe mongoc_uri_new_with_error(address.uri, nil) else { throw refusal }
        defer { unsafe mongoc_uri_destroy(uri) }
        unsafe applySettings(to: uri)
        if patience == .endless {
            unsafe mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, .max)
        }
        guard let client = unsafe mongoc_client_new_from_uri_with_error(uri, nil) else {
            throw refusal
        }
        unsafe mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
        return unsafe client
    }

    private static func applySettings(to uri: OpaquePointer) {
        let milliseconds: [(String, Int32)] = [
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 2500), (MONGOC_URI_CONNECTTIMEOUTMS, 3000),
            // Above the 4 s for a majority, so that the server's answer comes before our timeout.
            // With a second try and a look at the outcome, an author gets an answer within 10 s.
            (MONGOC_URI_SOCKETTIMEOUTMS, 4500), (MONGOC_URI_HEARTBEATFREQUENCYMS, 5000),
        ]
        for (option, value) in milliseconds where unsafe !mongoc_uri_has_option(uri, option) {
            unsafe mongoc_uri_set_option_as_int32(uri, option, value)
        }
        // A single-threaded client gives up at the first failed server selection unless configured
        // to retry.
        for (option, value) in [
            (MONGOC_URI_SERVERSELECTIONTRYONCE, false), (MONGOC_URI_RETRYWRITES, true),
            (MONGOC_URI_RETRYREADS, true),
        ] where unsafe !mongoc_uri_has_option(uri, option) {
            unsafe mongoc_uri_set_option_as_bool(uri, option, value)
        }
        if unsafe mongoc_uri_get_appname(uri) == nil {
            unsafe mongoc_uri_set_appname(uri, "guichet")
        }
        unsafe applyConcerns(to: uri)
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

    /// Overrides the URI: the hub's durability depends on these.
    private static func applyConcerns(to uri: OpaquePointer) {
        let write = unsafe mongoc_write_concern_new()
        unsafe mongoc_write_concern_set_wmajority(
            write, mongoc_uri_get_option_as_int32(uri, MONGOC_URI_WTIMEOUTMS, 4000))
        unsafe mongoc_write_concern_set_journal(write, true)
        unsafe mongoc_uri_set_write_concern(uri, write)
        unsafe mongoc_write_concern_destroy(write)

        let read = unsafe mongoc_read_concern_new()
        unsafe mongoc_read_concern_set_level(read, MONGOC_READ_CONCERN_LEVEL_MAJORITY)
        unsafe mongoc_uri_set_read_concern(uri, read)
        unsafe mongoc_read_concern_destroy(read)

        let primary = unsafe mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
        unsafe mongoc_uri_set_read_prefs_t(uri, primary)
        unsafe mongoc_read_prefs_destroy(primary)
    }
}
