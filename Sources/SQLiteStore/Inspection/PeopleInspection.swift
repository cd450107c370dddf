// Checks the rows kept for each person: contacts, known names, and the search words of both.

import Text
import Tickets
import Wire

struct PeopleInspection {
    let database: Database

    func differences() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        for id in try wrongContacts() {
            found.append(
                StoreDifference(
                    "contacts: the entry for \(id) cannot be read or belongs to another person; "
                        + "a repair removes it, and it is written when they sign in again",
                    .clearing))
        }
        for id in try strangeReaders() {
            found.append(StoreDifference("reads: “\(id)” is not a known person", .clearing))
        }
        guard try SearchBacklog.isOver(in: database) else { return found }
        for person in try namesPeople() {
            found.append(
                StoreDifference("names: the name of \(person.id) is not there", .clearing))
        }
        for id in try wrongWords() {
            found.append(
                StoreDifference(
                    "person_words: those of \(id) differ from their names and address", .clearing))
        }
        for id in try strangers() {
            found.append(
                StoreDifference("names: \(id) is not a known person", .clearing))
        }
        return found
    }

    func repair() throws(StoreError) {
        for id in try wrongContacts() {
            try database.run("DELETE FROM contacts WHERE person = ?", [.text(id)])
        }
        for id in try strangeReaders() {
            try database.run("DELETE FROM reads WHERE person = ?", [.text(id)])
        }
        guard try SearchBacklog.isOver(in: database) else { return }
        let words = PersonWords(database: database)
        for id in try strangers() { try words.forget(.text(id)) }
        for person in try namesPeople() { try words.note(person) }
        for id in try wrongWords() {
            try words.writeNames(of: .text(id))
            try words.note(address: try address(of: id), of: .text(id))
        }
    }

    // MARK: What is wrong

    private func wrongContacts() throws(StoreError) -> [String] {
        let statement = try database.prepareOnce(
            "SELECT person, data FROM contacts ORDER BY person")
        var wrong: [String] = []
        while try statement.step() {
            let id = statement.text(0) ?? ""
            let contact = contact(in: statement, 1)
            if contact.map({ !$0.person.id.utf8.elementsEqual(id.utf8) }) ?? true {
                wrong.append(id)
            }
        }
        return wrong
    }

    /// People whose current name is not among their stored names.
    private func namesPeople() throws(StoreError) -> [Person] {
        let statement = try database.prepareOnce(
            """
            SELECT id, name FROM people WHERE NOT EXISTS
                (SELECT 1 FROM names WHERE person = people.id AND names.name = people.name)
            ORDER BY id
            """)
        var people: [Person] = []
        while try statement.step() {
            people.append(
                Person(
                    id: ExactText(statement.text(0) ?? ""), name: statement.text(1) ?? "",
                    role: .client))
        }
        return people
    }

    private func wrongWords() throws(StoreError) -> [String] {
        let ids = try texts(
            """
            SELECT person FROM names UNION SELECT person FROM person_words
            UNION SELECT person FROM contacts ORDER BY 1
            """)
        let words = PersonWords(database: database)
        var wrong: [String] = []
        for id in ids {
            let names = Set(KnownNames.words(of: try words.names(of: .text(id))))
            let address = Set(KnownNames.words(of: try address(of: id).map { [$0] } ?? []))
            let storedNames = try words.words(of: id, isAddress: false)
            let storedAddress = try words.words(of: id, isAddress: true)
            let isRight = storedNames == names && storedAddress == address
            if !isRight { wrong.append(id) }
        }
        return wrong
    }

    /// People with names or words whom neither a row nor an event knows.
    private func strangers() throws(StoreError) -> [String] {
        let candidates = try texts(
            """
            SELECT person FROM (SELECT person FROM names UNION SELECT person FROM person_words)
            WHERE person = '' OR person NOT IN (SELECT id FROM people)
                AND person NOT IN (SELECT person FROM contacts)
            ORDER BY 1
            """)
        return try unnamed(candidates.filter { !Person.isErased(ExactText($0)) })
    }

    /// People with read marks whom neither a row nor an event knows. Marks of no event are another
    /// rule's.
    private func strangeReaders() throws(StoreError) -> [String] {
        try unnamed(
            texts(
                """
                SELECT DISTINCT person FROM reads
                WHERE seq > 0 AND (person = '' OR person NOT IN (SELECT id FROM people)
                    AND person NOT IN (SELECT person FROM contacts))
                    AND EXISTS (SELECT 1 FROM events WHERE events.ticket = reads.ticket)
                ORDER BY 1
                """))
    }

    /// Those whom no event names.
    private func unnamed(_ candidates: [String]) throws(StoreError) -> [String] {
        let rows = ErasureRows(database: database)
        var strangers: [String] = []
        for id in candidates {
            // Nobody has an empty id, though events have empty texts.
            guard !id.isEmpty else {
                strangers.append(id)
                continue
            }
            let found = try rows.tickets(
                naming: ExactText(id), after: TicketID(high: 0, low: 0), limit: .max)
            if found.named.isEmpty { strangers.append(id) }
        }
        return strangers
    }

    // MARK: Rows

    private func texts(_ sql: String) throws(StoreError) -> [String] {
        let statement = try database.prepareOnce(sql)
        var texts: [String] = []
        while try statement.step() { texts.append(statement.text(0) ?? "") }
        return texts
    }

    private func address(of person: String) throws(StoreError) -> String? {
        let statement = try database.prepared("SELECT data FROM contacts WHERE person = ?")
        try statement.bind([.text(person)])
        defer { statement.reset() }
        return try statement.step() ? contact(in: statement, 0)?.email : nil
    }

    private func contact(in row: Statement, _ column: Int32) -> Contact? {
        let record = row.withBytes(of: column) { text in try? JSONReader.parse(text) } ?? nil
        return record.flatMap { try? Contact(record: $0) }
    }
}
