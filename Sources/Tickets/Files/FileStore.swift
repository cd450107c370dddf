// Store interface for files: their bytes and their entries. The journal writes entries together
// with the events that attach them (`StoreBatch`). Bytes are written first, so an entry never lacks
// its bytes.

package import Text

/// Why bytes could not be written or read.
package enum FileStoreError: Error, Sendable, CustomStringConvertible {
    /// No space left; nothing else is wrong.
    case full(String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .full(let reason): "no room for files: \(reason)"
        case .store(let error): error.description
        }
    }
}

/// Uploads of one person since some time.
package struct FileUsage: Hashable, Sendable {
    package var files: Int
    package var bytes: Int

    package init(files: Int = 0, bytes: Int = 0) {
        self.files = files
        self.bytes = bytes
    }
}

/// One file being written. If dropped before `finish`, it leaves nothing that a sweep does not
/// find.
package protocol FileWriter: AnyObject {
    func append(_ bytes: [UInt8]) throws(FileStoreError)
    /// The bytes are durable when it returns; the result is the file's `location`.
    func finish() throws(FileStoreError) -> String
    /// Removes what was written. Allowed at any time before `finish`.
    func abort()
}

/// Reads, writes and queries files, on its own thread beside the journal.
package protocol FileStore: AnyObject {
    /// Free space where the bytes are stored, 0 to 100 percent; nil: unknown.
    func freePercent() throws(StoreError) -> Double?
    func begin(_ id: FileID) throws(FileStoreError) -> any FileWriter
    /// `count` bytes from `offset` on, fewer only at the end of the file; nil: they are gone.
    func read(_ file: StoredFile, at offset: Int, count: Int) throws(StoreError) -> [UInt8]?
    /// nil: no such file.
    func file(_ id: FileID) throws(StoreError) -> StoredFile?
    /// The file that `owner` uploaded under `key`; nil: none, or it is gone.
    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile?
    /// Usage by files that `owner` has begun since `time` and that still exist.
    func usage(of owner: ExactText, since time: Timestamp) throws(StoreError) -> FileUsage
    /// Files begun before `time` and not attached to a ticket, oldest first.
    func unattached(before time: Timestamp, limit: Int) throws(StoreError) -> [StoredFile]
    /// Frees the bytes of files that have no entry any more; the others keep them.
    func removeBytes(of files: [StoredFile]) throws(StoreError)
    /// Removes what crashes have left: bytes begun before `time` without an entry. `isFull`:
    /// searches everywhere, not only where a recent upload can have left something. Returns the
    /// number removed.
    func removeDebris(before time: Timestamp, isFull: Bool) throws(StoreError) -> Int
    /// Finishes redactions and erasures: when it returns, the removed data is neither in files nor
    /// in unused parts of the database. Returns where other copies may exist.
    func removeTraces() throws(StoreError) -> [CopyElsewhere]
}

/// Copies of removed data that no hub can reach.
package enum CopyElsewhere: String, Sendable, CaseIterable {
    case backups, exports
    /// Sent e-mails and webhook calls, and what screens and downloads hold.
    case deliveries
    case logs
    /// File system blocks formerly used by files and journals.
    case disk
    /// MongoDB's oplog, until it is overwritten.
    case oplog
    /// A database too large to rewrite while the hub serves: see docs/operations.md.
    case unusedPages
}
