// Client pool of a long-running process. The driver monitors the servers on its own threads, so a
// client learns of a new primary at once and never waits for a silent server.

internal import CMongo
private import Synchronization
internal import Tickets

@safe final class MongoPool: @unchecked Sendable {
    // SAFETY: any thread may use the driver's pool; each client of it has one owner.
    private let pool: OpaquePointer
    let primary = PrimaryWatch()

    /// Kept until the process ends: the driver takes about a second to stop its threads.
    private static let pools = Mutex<[MongoAddress: MongoPool]>([:])

    static func shared(_ address: MongoAddress) throws(StoreError) -> MongoPool {
        try pools.withLock { pools throws(StoreError) in
            if let pool = pools[address] { return pool }
            let pool = try MongoPool(address)
            pools[address] = pool
            return pool
        }
    }

    private init(_ address: MongoAddress) throws(StoreError) {
        unsafe pool = try DriverSettings.pool(address)
        unsafe primary.observe(pool: pool)
    }

    /// A client for one owner, who gives it back.
    func take() throws(StoreError) -> OpaquePointer {
        guard let client = unsafe mongoc_client_pool_pop(pool) else {
            throw .unavailable("the MongoDB driver has no client left")
        }
        return unsafe client
    }

    func giveBack(_ client: OpaquePointer) { unsafe mongoc_client_pool_push(pool, client) }
}
