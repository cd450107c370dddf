// Disk space that the database, its log and the folder of files take.

import Glibc
package import Tickets

extension SQLiteTicketReader {
    /// The size of attached files is the sum of their entries; the folder is not scanned.
    package func size() throws(StoreError) -> StoreSize? {
        let files = Int(try database().word("SELECT coalesce(sum(size), 0) FROM files")) ?? 0
        let bytes = ["", "-wal", "-shm"].reduce(files) { $0 + Self.bytes(of: path + $1) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        var facts = statvfs()
        guard unsafe statvfs(folder, &facts) == 0 else {
            return StoreSize(bytes: bytes, diskFreeBytes: nil, diskBytes: nil)
        }
        let block = Int(clamping: facts.f_frsize)
        return StoreSize(
            bytes: bytes, diskFreeBytes: Int(clamping: facts.f_bavail) * block,
            diskBytes: Int(clamping: facts.f_blocks) * block)
    }

    private static func bytes(of path: String) -> Int {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 ? facts.st_size : 0
    }
}
