// Tokens revoked before they expire.

import Text
import Tickets

/// People whose tokens are revoked: all of them, or those issued before a time (`iat`, RFC 7519
/// section 4.1.6). `RevocationText` parses it from a file.
package struct RevocationList: Sendable, Equatable {
    /// Unix seconds; `Int.max`: regardless of issue time.
    private var revokedBefore: [ExactText: Int] = [:]
    /// Ids revoked only because a line with a time can also be read as one long id.
    private var otherReadings: Set<ExactText> = []

    /// An empty list.
    package init() {}

    /// Revokes all tokens of these people.
    init(people: some Sequence<ExactText>) {
        for id in people { revokedBefore[id] = .max }
    }

    /// Of two times for one person, the later one counts.
    mutating func add(_ id: ExactText, before: Int = .max) {
        revokedBefore[id] = max(before, revokedBefore[id] ?? 0)
    }

    mutating func add(otherReading id: ExactText) { otherReadings.insert(id) }

    /// A token without an issue time counts as old.
    func covers(_ identity: Identity) -> Bool {
        let id = identity.caller.person.id
        if otherReadings.contains(id) { return true }
        guard let before = revokedBefore[id] else { return false }
        return identity.issuedAt.map { $0 < before } ?? true
    }

    func names(_ person: ExactText) -> Bool { revokedBefore[person] != nil }

    var isEmpty: Bool { revokedBefore.isEmpty && otherReadings.isEmpty }
    package var count: Int { revokedBefore.count }

    /// The union of both lists; the later time counts.
    func merged(with other: RevocationList) -> RevocationList {
        var list = self
        list.revokedBefore.merge(other.revokedBefore) { max($0, $1) }
        list.otherReadings.formUnion(other.otherReadings)
        return list
    }
}
