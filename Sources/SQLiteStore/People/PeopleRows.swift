// Rows of the people seen in tokens, and of their read positions.

import Text
import Tickets

struct PeopleRows {
    let database: Database

    /// By name then id; of every role when `roles` is empty.
    func people(in roles: [Role]) throws(StoreError) -> [Person] {
        let marks = Array(repeating: "?", count: roles.count).joined(separator: ", ")
        let condition = roles.isEmpty ? "" : "WHERE role IN (\(marks)) "
        let statement = try database.prepareOnce(
            "SELECT id, name, role FROM people \(condition)ORDER BY name, id")
        try statement.bind(roles.map { .text($0.rawValue) })
        var people: [Person] = []
        while try statement.step() {
            let id = statement.text(0)
            guard let id, let name = statement.text(1),
                let role = statement.text(2).flatMap(Role.init(rawValue:))
            else { throw .corrupt("\(database.path): person “\(id ?? "")” cannot be read") }
            people.append(Person(id: ExactText(id), name: name, role: role))
        }
        return people
    }

    /// The id of each person, and whether the rest of the row is readable.
    func readability() throws(StoreError) -> [ExactText: Bool] {
        let statement = try database.prepareOnce("SELECT id, role FROM people")
        var people: [ExactText: Bool] = [:]
        while try statement.step() {
            let role = statement.text(1).flatMap(Role.init(rawValue:))
            let id = ExactText(statement.text(0) ?? "")
            people[id] = !id.isEmpty && role != nil && role != .system
        }
        return people
    }

    func write(_ person: Person) throws(StoreError) {
        try database.run(
            "INSERT OR REPLACE INTO people (id, name, role) VALUES (?, ?, ?)",
            [.text(person.id.string), .text(person.name), .text(person.role.rawValue)])
    }

    func removeUnreadable() throws(StoreError) {
        try database.run(
            "DELETE FROM people WHERE id = '' OR role NOT IN ('client', 'technician', 'admin')")
    }

    func reads(of ticket: TicketID) throws(StoreError) -> [ReadMark] {
        let statement = try database.prepared(
            "SELECT person, seq FROM reads WHERE ticket = ? ORDER BY person")
        try statement.bind([SQLValue(ticket)])
        defer { statement.reset() }
        var marks: [ReadMark] = []
        while try statement.step() {
            guard let person = statement.text(0) else {
                throw .corrupt("\(database.path): a read mark of ticket \(ticket) cannot be read")
            }
            marks.append(
                ReadMark(ticket: ticket, person: ExactText(person), seq: Int(statement.int(1))))
        }
        return marks
    }
}
