// File store on SQLite: bytes in a folder, metadata in the database, read beside the journal.

import Glibc
import Text
import Tickets

final class SQLiteFileStore: FileStore {
    private let path: String
    private let folder: FileFolder
    private let purpose: DatabaseFile.Purpose
    private var open: Database

    init(path: String, for purpose: DatabaseFile.Purpose = .read) throws(StoreError) {
        self.path = path
        self.purpose = purpose
        folder = FileFolder(besides: path)
        open = try DatabaseFile.open(path, for: purpose)
        if purpose == .read { try folder.prepare() }
    }

    private func rows() throws(StoreError) -> FileRows {
        if open.isSuspect { open = try DatabaseFile.open(path, for: purpose) }
        return FileRows(database: open)
    }

    // MARK: Bytes

    func freePercent() throws(StoreError) -> Double? { folder.freePercent() }

    func begin(_ id: FileID) throws(FileStoreError) -> any FileWriter {
        try DiskFileWriter(in: folder)
    }

    func read(
        _ file: StoredFile, at offset: Int, count: Int
    ) throws(StoreError) -> [UInt8]? {
        try folder.read(file.location, at: offset, count: count)
    }

    // MARK: Entries

    func file(_ id: FileID) throws(StoreError) -> StoredFile? { try rows().file(id) }

    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        try rows().file(of: owner, key: key)
    }

    func usage(of owner: ExactText, since time: Timestamp) throws(StoreError) -> FileUsage {
        try rows().usage(of: owner, since: .earliest(at: time))
    }

    func unattached(before time: Timestamp, limit: Int) throws(StoreError) -> [StoredFile] {
        try rows().unattached(before: .earliest(at: time), limit: limit)
    }

    // MARK: Sweeping

    func removeBytes(of files: [StoredFile]) throws(StoreError) {
        let rows = try rows()
        for file in files where try rows.file(file.id) == nil { folder.remove(file.location) }
    }

    func removeDebris(before time: Timestamp, isFull: Bool) throws(StoreError) -> Int {
        var count = 0
        for name in folder.names(in: folder.incoming, before: time) {
            count += unsafe unlink("\(folder.incoming)/\(name)") == 0 ? 1 : 0
        }
        // The time between link and entry is very short: only a start looks for such bytes.
        guard isFull else { return count }
        let rows = try rows()
        for name in folder.names(in: folder.path, before: time)
        where try !rows.has(location: name) && folder.place(of: name) != nil {
            folder.remove(name)
            count += 1
        }
        return count
    }

    func removeTraces() throws(StoreError) -> [CopyElsewhere] {
        let mayHoldMore = try TraceSweep(path: path).run()
        return [.backups, .exports, .deliveries, .logs, .disk]
            + (mayHoldMore ? [.unusedPages] : [])
    }
}
