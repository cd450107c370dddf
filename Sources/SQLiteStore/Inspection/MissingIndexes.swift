// Finds indexes of the schema that the file lacks. Without one of them lists are slow or refused,
// and without a unique one nothing but the journal keeps keys apart.

import Tickets

struct MissingIndexes {
    let database: Database

    struct Index {
        let name: String
        let table: String
        let sql: String
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        // With its table an index is missing too.
        let tables = Set(try MissingTables(database: database).all().map(\.name))
        return try all().filter { !tables.contains($0.table) }.map {
            StoreDifference("the index \($0.name) is missing", .clearing)
        }
    }

    func all() throws(StoreError) -> [Index] {
        let statement = try database.prepareOnce(
            "SELECT name FROM main.sqlite_schema WHERE type = 'index'")
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
            guard words[0] == "CREATE", words.count > 4 else { continue }
            indexes.append(Index(name: name, table: String(words[4]), sql: sql))
        }
        return indexes
    }()
}
