// Writes of `guichet check --repair`, except statistics and search.

import Tickets

struct SQLiteRepair {
    let database: Database

    /// Within a transaction. Returns what could not be written, and why.
    func run(_ plan: StoreRepair) throws(StoreError) -> [String] {
        try MissingTables(database: database).repair()
        var left: [String] = []
        for snapshot in plan.snapshots {
            let name = "ticket \(snapshot.id)"
            left += try attempt(name) { () throws(StoreError) in
                try TicketRepair(database: database).repair(snapshot)
            }
        }
        for person in plan.people { try PeopleRows(database: database).write(person) }
        if plan.isClearing { left += try clear() }
        return left
    }

    private func clear() throws(StoreError) -> [String] {
        let database = database
        var left: [String] = []
        for index in try MissingIndexes(database: database).all() {
            left += try attempt("the index \(index.name)") { () throws(StoreError) in
                try database.prepareOnce(index.sql).run()
            }
        }
        try PeopleRows(database: database).removeUnreadable()
        try StrayRows.clear(database)
        left += try attempt("the outbox") { () throws(StoreError) in
            try OutboxInspection(database: database).repair()
        }
        left += try attempt("the catalog") { () throws(StoreError) in
            try CatalogInspection(database: database).repair()
        }
        try NotificationInspection(database: database).repair()
        left += try attempt("people's names") { () throws(StoreError) in
            try PeopleInspection(database: database).repair()
        }
        return left
    }

    private func attempt(
        _ name: String, _ body: () throws(StoreError) -> Void
    ) throws(StoreError) -> [String] {
        switch try database.attempt(body) {
        case nil: []
        case .corrupt(let reason): ["\(name) was not repaired: \(reason)"]
        default: ["\(name) was not repaired: a row of it would be the second of its kind"]
        }
    }
}
