// Opens the embedded store: one SQLite file, no server.

package import Tickets

package struct SQLiteStoreOpener: TicketStoreOpener {
    package let path: String
    /// Limit of the file in pages of 4 KiB; nil: the disk is the limit.
    package let pagesMax: Int?
    /// For inspection: readers and file stores create nothing and change nothing.
    package let isInspection: Bool

    package init(path: String, pagesMax: Int? = nil, isInspection: Bool = false) {
        self.path = path
        self.pagesMax = pagesMax
        self.isInspection = isInspection
    }

    package var label: String { "sqlite:\(path)" }

    package func openStore(
        progress: (StoreProgress) -> Void
    ) throws(StoreError) -> any TicketStore {
        let store = try SQLiteTicketStore(path: path, pagesMax: pagesMax, progress: progress)
        try countStatistics(store.open, progress)
        return store
    }

    package func openReader() throws(StoreError) -> any TicketReader {
        try SQLiteTicketReader(path: path, for: isInspection ? .inspect : .read)
    }

    package func openFiles() throws(StoreError) -> any FileStore {
        try SQLiteFileStore(path: path, for: isInspection ? .inspect : .read)
    }

    package func claim(
        by claimant: StoreClaimant
    ) throws(StoreError) -> any StoreClaim {
        try FileLock(path, creates: claimant.createsStore)
    }

    package func repairPermissions() throws(StoreError) -> [RepairedPermission] {
        var permissions = FilePermissions(of: path)
        try permissions.repair()
        try permissions.requireWritable()
        return permissions.repaired
    }

    package func openOutbox() throws(StoreError) -> any OutboxStore {
        if isInspection { try FileSurroundings(of: path).requireFile() }
        return try SQLiteOutboxStore(path: path)
    }

    package func openInspector() throws(StoreError) -> any StoreInspector {
        try SQLiteInspector(path: path)
    }

    package func repair(_ repair: StoreRepair) throws(StoreError) -> [String] {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        var left: [String] = []
        try database.write { () throws(StoreError) in
            left = try SQLiteRepair(database: database).run(repair)
        }
        return left
    }

    package func repair(_ snapshots: [Ticket]) throws(StoreError) {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            for snapshot in snapshots { try SnapshotRow(snapshot).write(to: database) }
        }
    }

    package func rebuildSearch(progress: (StoreProgress) -> Void) throws(StoreError) {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            try SearchBacklog.empty(database)
        }
        let backlog = SearchBacklog(database: database)
        while let step = try backlog.step() { progress(step) }
    }

    package func openIndexer() throws(StoreError) -> any SearchIndexer {
        SearchBacklog(database: try DatabaseFile.open(path, for: .writeAgain))
    }
}
