// The memory that SQLite may use for pages of the file, over all connections of the process.

private import CSQLite

package enum CacheLimit {
    /// Bytes; beyond it the pages used longest ago make room (sqlite3_soft_heap_limit64). What a
    /// connection may have for itself is less: see `DatabaseFile`.
    package static func set(_ bytes: Int) {
        _ = sqlite3_soft_heap_limit64(Int64(clamping: bytes))
    }
}
