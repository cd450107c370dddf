// Erasure: a pseudonym replaces a person's id everywhere, and one common name replaces the names of
// all erased people. The store keeps the pseudonym, who did it, when and why.

package import Text

package struct Erasure: Hashable, Sendable {
    /// Random, so that nobody finds the person by it.
    package let pseudonym: ExactText
    /// The id, as long as there is work to do.
    package var person: ExactText?
    /// Their messages go with their name.
    package let redactsMessages: Bool
    package let by: Person
    package let at: Timestamp
    package let reason: String
    /// The tickets up to this one are done.
    package var after = TicketID(high: 0, low: 0)
    /// Those of them that named the person.
    package var tickets = 0

    package init(
        pseudonym: ExactText, person: ExactText?, redactsMessages: Bool, by: Person, at: Timestamp,
        reason: String
    ) {
        self.pseudonym = pseudonym
        self.person = person
        self.redactsMessages = redactsMessages
        self.by = by
        self.at = at
        self.reason = reason
    }

    /// Of `person`, by somebody who may be the same.
    package static func begin(
        _ person: ExactText, redactsMessages: Bool, by author: Person, at now: Timestamp,
        reason: String
    ) -> Erasure {
        let renaming = PersonRenaming(person, to: makePseudonym())
        return Erasure(
            pseudonym: renaming.pseudonym, person: person, redactsMessages: redactsMessages,
            by: renaming.rename(author), at: now, reason: reason)
    }

    private static func makePseudonym() -> ExactText {
        var random = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in
            let word = String(UInt64.random(in: 0 ... .max, using: &random), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }
        return "\(Person.erasedPrefix)\(words.joined())"
    }

    package var renaming: PersonRenaming? {
        person.map { PersonRenaming($0, to: pseudonym) }
    }

    package var record: Record {
        .object([
            .init("pseudonym", Record(pseudonym)), .init("person", Record(person)),
            .init("redactsMessages", .bool(redactsMessages)), .init("by", by.record),
            .init("at", .time(at)), .init("reason", .string(reason)),
            .init("after", Record(after)), .init("tickets", Record(tickets)),
        ])
    }

    package init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "erasure")
        self.init(
            pseudonym: try fields.text("pseudonym"),
            person: try fields.optionalText("person"),
            redactsMessages: try fields.bool("redactsMessages"),
            by: try Person(record: try fields.required("by")), at: try fields.time("at"),
            reason: try fields.string("reason"))
        after = try fields.id("after")
        tickets = try fields.int("tickets")
    }
}

extension Person {
    package static let erasedName = "Personne effacée / Erased person"
    /// No token may name a person who begins so.
    package static let erasedPrefix: ExactText = "erased-"

    package static func isErased(_ id: ExactText) -> Bool { id.hasPrefix(erasedPrefix) }

    package var isErased: Bool { Self.isErased(id) }
}

/// What the writer does for it; confined to the journal's thread like `TicketStore`.
package protocol ErasureStore: AnyObject {
    /// Oldest first.
    func erasures() throws(StoreError) -> [Erasure]
    /// Makes it or replaces the one of its pseudonym; durable when it returns.
    func keep(_ erasure: Erasure) throws(StoreError)
    /// Looks through `limit` tickets behind `after`: which of them name the person, and the last that
    /// was looked at; nil: there are no more.
    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?)
    /// In their logs, their snapshots and the search. To do it again changes nothing.
    func rename(_ renaming: PersonRenaming, in tickets: [TicketID]) throws(StoreError)
    /// Everywhere else: people, read marks, contacts, notifications, the outbox, files, the catalog, the
    /// statistics, earlier erasures. To do it again changes nothing.
    func forget(_ renaming: PersonRenaming) throws(StoreError)
}
