// Search words of people's names and addresses. They are stored by person and not by ticket, so
// that the cost of a new name does not depend on the number of tickets.

import Text
import Tickets

struct PersonWords {
    let database: Database

    /// Stores a name that a person was seen with.
    func note(_ person: Person) throws(StoreError) {
        let values: [SQLValue] = [.text(person.id.string), .text(person.name)]
        let known = try database.prepared("SELECT 1 FROM names WHERE person = ? AND name = ?")
        try known.bind(values)
        let isKnown = try known.step()
        known.reset()
        guard !isKnown else { return }
        try database.run("INSERT INTO names (person, name) VALUES (?, ?)", values)
        try database.run(
            """
            DELETE FROM names WHERE person = ?1 AND serial NOT IN
                (SELECT serial FROM names WHERE person = ?1 ORDER BY serial DESC LIMIT ?2)
            """, [.text(person.id.string), SQLValue(KnownNames.namesMax)])
        try writeNames(of: .text(person.id.string))
    }

    func hasNames(of person: ExactText) throws(StoreError) -> Bool {
        let statement = try database.prepared("SELECT 1 FROM names WHERE person = ? LIMIT 1")
        try statement.bind([.text(person.string)])
        defer { statement.reset() }
        return try statement.step()
    }

    /// Stored names, the oldest first.
    func names(of person: SQLValue) throws(StoreError) -> [String] {
        let statement = try database.prepared(
            "SELECT name FROM names WHERE person = ? ORDER BY serial")
        try statement.bind([person])
        defer { statement.reset() }
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        return names
    }

    /// Stored words.
    func words(of person: String, isAddress: Bool) throws(StoreError) -> Set<ExactText> {
        let statement = try database.prepared(
            "SELECT word FROM person_words WHERE person = ? AND is_address = ?")
        try statement.bind([.text(person), SQLValue(isAddress)])
        defer { statement.reset() }
        var words: Set<ExactText> = []
        while try statement.step() { words.insert(ExactText(statement.text(0) ?? "")) }
        return words
    }

    /// Writes the words of all stored names of a person.
    func writeNames(of person: SQLValue) throws(StoreError) {
        let names = try names(of: person)
        try write(KnownNames.words(of: names), of: person, isAddress: false)
    }

    /// Replaces the address.
    func note(address: String?, of person: SQLValue) throws(StoreError) {
        try write(KnownNames.words(of: address.map { [$0] } ?? []), of: person, isAddress: true)
    }

    /// Removes all words of a person.
    func forget(_ person: SQLValue) throws(StoreError) {
        try database.run("DELETE FROM names WHERE person = ?", [person])
        try database.run("DELETE FROM person_words WHERE person = ?", [person])
    }

    private func write(
        _ words: [ExactText], of person: SQLValue, isAddress: Bool
    ) throws(StoreError) {
        try database.run(
            "DELETE FROM person_words WHERE person = ? AND is_address = ?",
            [person, SQLValue(isAddress)])
        for word in words {
            try database.run(
                "INSERT INTO person_words (person, is_address, word) VALUES (?, ?, ?)",
                [person, SQLValue(isAddress), .text(word.string)])
        }
    }
}
