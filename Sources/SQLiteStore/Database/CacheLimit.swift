// Limits the memory that SQLite uses for cached pages, over all connections of the process.

private import CSQLite

package enum CacheLimit {
    /// Bytes. Above the limit SQLite drops the least recently used pages
    /// (sqlite3_soft_heap_limit64). The limit of one connection is lower: see `DatabaseFile`.
    package static func set(_ bytes: Int) {
        _ = sqlite3_soft_heap_limit64(Int64(clamping: bytes))
    }
}
