// The embedded store's findings for `guichet doctor`. Nothing is created or changed.

import Glibc
package import Tickets

extension SQLiteStoreOpener {
    package func diagnose() throws(StoreError) -> [Finding] {
        var findings = [folderFinding()]
        guard unsafe access(path, F_OK) == 0 else {
            return findings + [
                Finding("database", "there is none at \(path); the first start makes it")
            ]
        }
        // First: to close any descriptor of a file ends the locks that SQLite has on it.
        let isWAL = hasWriteAheadLog()
        let database = try DatabaseFile.open(path, for: .inspect)
        findings.append(
            Finding(
                "journal", isWAL ? "wal" : "not wal",
                advice: isWAL
                    ? nil : "start `guichet serve` once: it switches the file to WAL"))
        findings.append(Finding("sqlite", try database.word("SELECT sqlite_version()")))
        let places = [("database", path), ("files", FileFolder(besides: path).path)]
        for (name, place) in places where unsafe access(place, F_OK) == 0 {
            let canWrite = unsafe access(place, W_OK) == 0
            findings.append(
                Finding(
                    name, place,
                    advice: canWrite ? nil : "give it to the user of the hub: chown"))
        }
        return findings
    }

    /// Read from the file's header: a connection that reads a file as it is does not tell its mode.
    private func hasWriteAheadLog() -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var header = [UInt8](repeating: 0, count: DatabaseHeader.bytes)
        let count = unsafe header.withUnsafeMutableBytes { buffer in
            unsafe read(file, buffer.baseAddress, buffer.count)
        }
        return count == header.count && DatabaseHeader.isWriteAhead(header)
    }

    private func folderFinding() -> Finding {
        let folder = OpeningAdvice.folder(of: FileSurroundings(of: path).realPath)
        var status = statvfs()
        guard unsafe access(folder, W_OK) == 0, unsafe statvfs(folder, &status) == 0 else {
            return Finding(
                "folder", "\(folder) cannot be written",
                advice: "create it for the user of the hub; SQLite keeps its log beside the file")
        }
        let free = status.f_blocks == 0 ? 100 : 100 * status.f_bavail / status.f_blocks
        let freeMB = (UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20
        return Finding(
            "disk", "\(free) % free (\(freeMB) MB) under \(folder)",
            advice: free >= 10
                ? nil : "make room: the hub refuses uploads when the disk is nearly full"
        )
    }
}
