// Finds indexes of the schema that the file lacks. Without one of them lists are slow or refused,
// and without a unique one nothing but the journal keeps keys apart.

import Tickets

struct MissingIndexes {
    let database: Database

    struct Index {
        let name: String
        let sql: String
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        try all().map { StoreDifference("the index \($0.name) is missing", .clearing) }
    }

    func all() throws(StoreError) -> [Index] {
        let statement = try database.prepareOnce(
            "SELECT name FROM sqlite_schema WHERE type = 'index'")
        var stored: Set<String> = []
        while try statement.step() { stored.insert(statement.text(0) ?? "") }
        return Self.expected.filter { !stored.contains($0.name) }
    }

    /// What all steps of the schema leave.
    private static let expected: [Index] = {
        var indexes: [Index] = []
        for sql in Schema.steps.joined() {
            let words = sql.split(whereSeparator: \.isWhitespace).filter {
                !["UNIQUE", "IF", "NOT", "EXISTS"].contains($0)
            }
            guard words.count > 2, words[1] == "INDEX" else { continue }
            let name = String(words[2])
            indexes.removeAll { $0.name == name }
            if words[0] == "CREATE" { indexes.append(Index(name: name, sql: sql)) }
        }
        return indexes
    }()
}
