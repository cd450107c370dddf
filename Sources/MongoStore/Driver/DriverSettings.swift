// How the driver treats a database: time limits, and the concerns that durability depends on.

internal import CMongo
internal import Tickets

enum DriverSettings {
    /// A client that looks at its servers when a command needs one, on the command's thread.
    static func client(
        _ address: MongoAddress, _ timeLimits: MongoClient.TimeLimits
    ) throws(StoreError) -> OpaquePointer {
        let uri = try unsafe uri(of: address, heartbeatMilliseconds: 5000)
        defer { unsafe mongoc_uri_destroy(uri) }
        // It gives up at the first failed server selection unless configured to retry.
        if unsafe !mongoc_uri_has_option(uri, MONGOC_URI_SERVERSELECTIONTRYONCE) {
            unsafe mongoc_uri_set_option_as_bool(uri, MONGOC_URI_SERVERSELECTIONTRYONCE, false)
        }
        if timeLimits == .none {
            unsafe mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, .max)
        }
        guard let client = unsafe mongoc_client_new_from_uri_with_error(uri, nil) else {
            throw unreadable(address)
        }
        unsafe mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
        return unsafe client
    }

    /// A pool whose threads look at the servers all the time.
    static func pool(_ address: MongoAddress) throws(StoreError) -> OpaquePointer {
        let uri = try unsafe uri(of: address, heartbeatMilliseconds: 2000)
        defer { unsafe mongoc_uri_destroy(uri) }
        guard let pool = unsafe mongoc_client_pool_new_with_error(uri, nil) else {
            throw unreadable(address)
        }
        unsafe mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        // Each of our threads keeps its client: at a limit the next one would wait without end.
        unsafe mongoc_client_pool_max_size(pool, .max)
        return unsafe pool
    }

    private static func uri(
        of address: MongoAddress, heartbeatMilliseconds: Int32
    ) throws(StoreError) -> OpaquePointer {
        guard isDriverReady else { throw .unavailable("the MongoDB driver did not start") }
        guard let uri = unsafe mongoc_uri_new_with_error(address.uri, nil) else {
            throw unreadable(address)
        }
        unsafe apply(heartbeatMilliseconds, to: uri)
        return unsafe uri
    }

    /// The driver's reason is left out: it may contain the password.
    private static func unreadable(_ address: MongoAddress) -> StoreError {
        .unavailable(
            "the URI of \(address.label) cannot be read: percent-encode user and password, "
                + "and check the names of its options")
    }

    /// The driver must be initialised once per process. Its own log is off, since its messages
    /// arrive as errors.
    private static let isDriverReady: Bool = {
        mongoc_init()
        mongoc_log_set_handler(nil, nil)
        return true
    }()

    private static func apply(_ heartbeatMilliseconds: Int32, to uri: OpaquePointer) {
        let milliseconds: [(String, Int32)] = [
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 2500), (MONGOC_URI_CONNECTTIMEOUTMS, 3000),
            // Above the 4 s for a majority, so that the server's answer comes before our timeout.
            // With a second try and a look at the outcome, an author gets an answer within 10 s.
            (MONGOC_URI_SOCKETTIMEOUTMS, 4500),
            (MONGOC_URI_HEARTBEATFREQUENCYMS, heartbeatMilliseconds),
        ]
        for (option, value) in milliseconds where unsafe !mongoc_uri_has_option(uri, option) {
            unsafe mongoc_uri_set_option_as_int32(uri, option, value)
        }
        for option in [MONGOC_URI_RETRYWRITES, MONGOC_URI_RETRYREADS]
        where unsafe !mongoc_uri_has_option(uri, option) {
            unsafe mongoc_uri_set_option_as_bool(uri, option, true)
        }
        if unsafe mongoc_uri_get_appname(uri) == nil {
            unsafe mongoc_uri_set_appname(uri, "guichet")
        }
        unsafe applyConcerns(to: uri)
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
