// Removes what deleted rows and files leave behind: bytes in the folder of files, words in old
// segments of the search index, copies in unused parts of pages, frames of the write-ahead log.
//
// `secure_delete` overwrites deleted rows in place. When SQLite moves rows to other pages it leaves
// copies in the old ones: in a test, of 450 rows in five. So the file is rewritten (VACUUM).

import Glibc
import Tickets

struct TraceSweep {
    let path: String

    /// A larger file is not rewritten while a hub runs: writers wait about a second for 200 MB, and
    /// the rewrite needs as much free space as the file has.
    private static let vacuumBytesMax = 1 << 30
    /// How long the last step waits for other programs that read the file, and how long one try
    /// may make writers wait.
    private static let patience: Int64 = 30_000
    private static let longestTry: Int64 = 400

    /// Returns whether unused pages may still hold deleted data.
    func run() throws(StoreError) -> Bool {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        let bytes = try Self.bytes(of: database)
        let mayHoldMore = bytes > Self.vacuumBytesMax
        guard let pending = try pending(database) else { return mayHoldMore }
        try remove(pending.locations)
        try mergeSearch(database)
        if !mayHoldMore { _ = try database.word("VACUUM") }
        try truncateLog(database)
        try database.run("DELETE FROM traces WHERE id <= ?", [.int(pending.last)])
        return mayHoldMore
    }

    private static func bytes(of database: Database) throws(StoreError) -> Int {
        let pages = Int(try database.word("PRAGMA page_count")) ?? 0
        return pages * (Int(try database.word("PRAGMA page_size")) ?? 0)
    }

    /// nil: nothing is pending.
    private func pending(
        _ database: Database
    ) throws(StoreError) -> (last: Int64, locations: [String])? {
        let statement = try database.prepareOnce("SELECT id, location FROM traces ORDER BY id")
        var locations: [String] = []
        var last: Int64?
        while try statement.step() {
            last = statement.int(0)
            if let location = statement.text(1) { locations.append(location) }
        }
        return last.map { ($0, locations) }
    }

    private func remove(_ locations: [String]) throws(StoreError) {
        guard !locations.isEmpty else { return }
        let folder = FileFolder(besides: path)
        for location in locations { folder.remove(location) }
        do throws(FileStoreError) {
            try FileFolder.sync(folder: folder.path)
        } catch {
            throw .unavailable(error.description)
        }
    }

    /// The words of a deleted row stay in their segment until it is merged with the segment that
    /// records the deletion. One step at a time, so that other writers can run in between.
    private func mergeSearch(_ database: Database) throws(StoreError) {
        var before = 0
        for _ in 0..<100_000 {
            try database.prepareOnce(
                "INSERT INTO search (search, rank) VALUES ('merge', -500)"
            ).run()
            let segments =
                Int(
                    try database.word("SELECT count(DISTINCT segid) FROM search_idx")) ?? 0
            let pages = Int(try database.word("SELECT count(*) FROM search_data")) ?? 0
            let now = segments << 32 | pages
            if segments <= 1 || now == before { break }
            before = now
        }
        try database.prepareOnce("INSERT INTO search (search) VALUES ('optimize')").run()
    }

    /// A truncating checkpoint keeps writers out while it waits for readers. So it waits in short
    /// tries, and writers have the time in between. New readers do not delay it.
    private func truncateLog(_ database: Database) throws(StoreError) {
        let end = MonotonicTime.milliseconds() + Self.patience
        var pause: Int64 = 25
        while true {
            // Copies what it can without keeping anybody out.
            _ = try database.word("PRAGMA wal_checkpoint(PASSIVE)")
            let isDone = try database.waiting(milliseconds: pause) { () throws(StoreError) in
                try database.word("PRAGMA wal_checkpoint(TRUNCATE)") == "0"
            }
            if isDone { return }
            guard MonotonicTime.milliseconds() < end else { break }
            usleep(UInt32(pause) * 1000)
            pause = min(2 * pause, Self.longestTry)
        }
        throw .unavailable(
            "\(path): the write-ahead log cannot be emptied while somebody reads; try again")
    }
}
