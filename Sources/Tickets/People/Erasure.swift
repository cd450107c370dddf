// Erasure: a pseudonym replaces a person's id everywhere, and one common name replaces the names of
// all erased people. The store keeps the pseudonym, who did it, when and why.

package import Text

package struct Erasure: Hashable, Sendable {
    /// Random, so that it does not reveal the person.
    package let pseudonym: ExactText
    /// The person's id, until the erasure is finished.
    package var person: ExactText?
    /// Their messages are redacted too.
    package let redactsMessages: Bool
    package let by: Person
    package let at: Timestamp
    package let reason: String
    /// Tickets up to this one are finished.
    package var after = TicketID(high: 0, low: 0)
    /// Number of those that named the person.
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

    /// False for the hub itself, and for the empty id, which stands for nobody in snapshots.
    package static func canErase(_ id: ExactText) -> Bool { !id.isEmpty && id != Person.hub.id }

    /// Begins the erasure of `person`; the author may be the same person.
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
        return "\(ExactText.erasedPrefix)\(words.joined())"
    }

    package var renaming: PersonRenaming? {
        person.map { PersonRenaming($0, to: pseudonym) }
    }

    package var record: Tree {
        .object([
            .init("pseudonym", Tree(pseudonym)), .init("person", Tree(person)),
            .init("redactsMessages", .bool(redactsMessages)), .init("by", by.record),
            .init("at", .time(at)), .init("reason", Tree(reason)),
            .init("after", Tree(after)), .init("tickets", Tree(tickets)),
        ])
    }

    package init(record: Tree) throws(RecordError) {
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
    package static func isErased(_ id: ExactText) -> Bool {
        id.hasPrefix(ExactText.erasedPrefix)
    }

    package var isErased: Bool { Self.isErased(id) }
}

/// The writer's side of an erasure; confined to the journal's thread like `TicketStore`.
package protocol ErasureStore: AnyObject {
    /// Oldest first.
    func erasures() throws(StoreError) -> [Erasure]
    /// Inserts the erasure or replaces the one with its pseudonym; durable when it returns.
    func keep(_ erasure: Erasure) throws(StoreError)
    /// Searches `limit` tickets after `after`: returns those that name the person, and the last one
    /// searched; nil: no more tickets.
    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?)
    /// Renames in their logs, snapshots and search words. Repeating it changes nothing.
    func rename(_ renaming: PersonRenaming, in tickets: [TicketID]) throws(StoreError)
    /// Renames everywhere else: people, read marks, contacts, notifications, the outbox, files, the
    /// catalog, the statistics, earlier erasures. Repeating it changes nothing.
    func forget(_ renaming: PersonRenaming) throws(StoreError)
}
