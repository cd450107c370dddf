// Reads the header of an SQLite file (sqlite.org/fileformat2.html, section 1.3) before SQLite
// opens it.

enum DatabaseHeader {
    static let bytes = 100

    private static let magic = Array("SQLite format 3\0".utf8)
    private static let applicationPlace = 68
    /// The number of steps of Guichet's schema.
    private static let versionPlace = 60
    private static let pageSizePlace = 16
    /// Counts the changes of the schema; 0 without tables.
    private static let schemaCookiePlace = 40
    /// The version that writers need: 2 is WAL.
    private static let writeVersionPlace = 18

    static func isWriteAhead(_ snapshot: [UInt8]) -> Bool {
        snapshot.count == bytes && snapshot[writeVersionPlace] == 2
    }

    /// False: not a database, another program's, or a newer Guichet's. Guichet's file has neither an
    /// application id nor tables while its first transaction is in the log only.
    static func mayBeOurs(_ snapshot: [UInt8]) -> Bool {
        guard snapshot.count == bytes, snapshot.starts(with: magic), hasPages(snapshot),
            number(at: versionPlace, of: snapshot) <= Schema.version
        else { return false }
        let application = number(at: applicationPlace, of: snapshot)
        guard application == 0 else { return application == Schema.applicationID }
        return number(at: schemaCookiePlace, of: snapshot) == 0
    }

    /// Whether its pages have a size that SQLite can have; 1 stands for 65,536.
    private static func hasPages(_ snapshot: [UInt8]) -> Bool {
        let size = Int(snapshot[pageSizePlace]) << 8 | Int(snapshot[pageSizePlace + 1])
        return size == 1 || size >= 512 && size & (size - 1) == 0
    }

    private static func number(at place: Int, of snapshot: [UInt8]) -> Int {
        snapshot[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
