// Reads the header of an SQLite file (sqlite.org/fileformat2.html, section 1.3) before SQLite
// opens it.

enum DatabaseHeader {
    static let bytes = 100

    private static let magic = Array("SQLite format 3\0".utf8)
    private static let applicationPlace = 68
    /// The version that writers need: 2 is WAL.
    private static let writeVersionPlace = 18

    static func isWriteAhead(_ snapshot: [UInt8]) -> Bool {
        snapshot.count == bytes && snapshot[writeVersionPlace] == 2
    }

    /// False: not a database, or another program's. A file without an application id may be
    /// Guichet's while its first transaction is in the log only.
    static func mayBeOurs(_ snapshot: [UInt8]) -> Bool {
        guard snapshot.count == bytes, snapshot.starts(with: magic) else { return false }
        let application = snapshot[applicationPlace..<applicationPlace + 4]
            .reduce(0) { $0 << 8 | Int($1) }
        return application == 0 || application == Schema.applicationID
    }
}
