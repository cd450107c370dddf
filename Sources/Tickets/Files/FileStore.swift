// Store interface for files: their bytes and their entries. The journal writes entries together
// with the events that attach them (`StoreBatch`). Bytes are written first, so an entry never lacks
// its bytes.

package import Text

/// Why bytes could not be taken or given.
package enum FileStoreError: Error, Sendable, CustomStringConvertible {
    /// There is no room; nothing else is wrong.
    case full(String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .full(let reason): "no room for files: \(reason)"
        case .store(let error): error.description
        }
    }
}

/// What one person has uploaded since some time.
package struct FileUsage: Hashable, Sendable {
    package var files: Int
    package var bytes: Int

    package init(files: Int = 0, bytes: Int = 0) {
        self.files = files
        self.bytes = bytes
    }
}

/// One file on its way in. Dropped before `finish`, it leaves nothing that a sweep does not find.
package protocol FileWriter: AnyObject {
    func append(_ bytes: [UInt8]) throws(FileStoreError)
    /// The bytes are durable when it returns; the result is the file's `location`.
    func finish() throws(FileStoreError) -> String
    /// Takes back what was written. Allowed at any time before `finish`.
    func abort()
}

/// The bytes of files, and questions about them, on a thread of its own beside the journal.
package protocol FileStore: AnyObject {
    /// The free share of where the bytes go, 0 to 100; nil: unknown.
    func freePercent() throws(StoreError) -> Double?
    func begin(_ id: FileID) throws(FileStoreError) -> any FileWriter
    /// `count` bytes from `offset` on, fewer only at the end of the file; nil: they are gone.
    func read(_ file: StoredFile, at offset: Int, count: Int) throws(StoreError) -> [UInt8]?
    /// nil: no such file.
    func file(_ id: FileID) throws(StoreError) -> StoredFile?
    /// What `owner` uploaded under `key`; nil: nothing, or it is gone.
    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile?
    /// Of the files that `owner` has begun since `time` and that are still there.
    func usage(of owner: ExactText, since time: Timestamp) throws(StoreError) -> FileUsage
    /// Files begun before `time` that no ticket has, oldest first.
    func unattached(before time: Timestamp, limit: Int) throws(StoreError) -> [StoredFile]
    /// Gives the bytes back of those that have no entry any more; the others keep them.
    func removeBytes(of files: [StoredFile]) throws(StoreError)
    /// Removes what crashes have left: bytes begun before `time` that have no entry. `isFull`: looks
    /// everywhere and not just where an upload of late can have left something. Returns how many
    /// there were.
    func removeDebris(before time: Timestamp, isFull: Bool) throws(StoreError) -> Int
    /// Finishes what redactions and erasures have begun: when it returns, what they took is neither in
    /// files nor in unused parts of the database. Returns where else there may be copies of it.
    func removeTraces() throws(StoreError) -> [CopyElsewhere]
}

/// Places with copies of what was taken that no hub can reach.
package enum CopyElsewhere: String, Sendable, CaseIterable {
    case backups, exports
    /// E-mails and webhook calls that were sent, and what people's screens and downloads hold.
    case deliveries
    case logs
    /// Blocks of the file system that files and journals were in.
    case disk
    /// MongoDB's own log of changes, until it is overwritten.
    case oplog
    /// A database too large to be written anew while the hub serves: see docs/operations.md.
    case unusedPages
}
