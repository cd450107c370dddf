// Tokens taken back before they expire.

import Text
import Tickets

/// Whose tokens are worth nothing any more, for good or if issued (`iat`, RFC 7519 section 4.1.6)
/// before a time. `RevocationText` reads it out of a file.
package struct RevocationList: Sendable, Equatable {
    /// Unix seconds; `Int.max`: whenever it was issued.
    private var revokedBefore: [ExactText: Int] = [:]
    /// Ids that are revoked only since a dated line can also be read as one long id.
    private var otherReadings: Set<ExactText> = []

    /// Nobody.
    package init() {}

    /// All tokens of these people.
    init(people: some Sequence<ExactText>) {
        for id in people { revokedBefore[id] = .max }
    }

    /// Of two times for one person the later holds.
    mutating func add(_ id: ExactText, before: Int = .max) {
        revokedBefore[id] = max(before, revokedBefore[id] ?? 0)
    }

    mutating func add(otherReading id: ExactText) { otherReadings.insert(id) }

    /// A token that does not say when it was issued counts as an old one.
    func covers(_ identity: Identity) -> Bool {
        let id = identity.caller.person.id
        if otherReadings.contains(id) { return true }
        guard let before = revokedBefore[id] else { return false }
        return identity.issuedAt.map { $0 < before } ?? true
    }

    func names(_ person: ExactText) -> Bool { revokedBefore[person] != nil }

    var isEmpty: Bool { revokedBefore.isEmpty && otherReadings.isEmpty }
    package var count: Int { revokedBefore.count }

    /// Everybody of either list, each for as long as either says.
    func merged(with other: RevocationList) -> RevocationList {
        var list = self
        list.revokedBefore.merge(other.revokedBefore) { max($0, $1) }
        list.otherReadings.formUnion(other.otherReadings)
        return list
    }
}
