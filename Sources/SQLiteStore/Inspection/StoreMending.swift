// Writes of `guichet check --repair`, except statistics and search.

import Tickets

struct StoreMending {
    let database: Database

    /// Within a transaction. Returns what could not be written, and why.
    func run(_ repair: StoreRepair) throws(StoreError) -> [String] {
        var left: [String] = []
        for snapshot in repair.snapshots {
            let name = "ticket \(snapshot.id)"
            left += try attempt(name) { () throws(StoreError) in
                try TicketMending(database: database).mend(snapshot)
            }
        }
        for person in repair.people { try PeopleRows(database: database).write(person) }
        if repair.isClearing { left += try clear() }
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
        try NotificationRowsCheck(database: database).mend()
        try StrayRows.clear(database)
        left += try attempt("the outbox") { () throws(StoreError) in
            try OutboxInspection(database: database).mend()
        }
        left += try attempt("the catalog") { () throws(StoreError) in
            try CatalogInspection(database: database).mend()
        }
        try NotificationInspection(database: database).mend()
        left += try attempt("people's names") { () throws(StoreError) in
            try PeopleInspection(database: database).mend()
        }
        return left
    }

    private func attempt(
        _ name: String, _ body: () throws(StoreError) -> Void
    ) throws(StoreError) -> [String] {
        switch try database.attempt(body) {
        case nil: []
        case .corrupt(let reason): ["\(name) was not mended: \(reason)"]
        default: ["\(name) was not mended: a row of it would be the second of its kind"]
        }
    }
}
