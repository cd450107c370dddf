// Tokens taken back before they expire.

import Tickets

/// Whose tokens are worth nothing any more. A line of its text is a person's id, and maybe a time in Unix
/// seconds: tokens issued (`iat`, RFC 7519 section 4.1.6) before it are refused, later ones are good again.
/// Without a time all tokens of the person are, for as long as the line stands. `#` begins a comment.
package struct RevocationList: Sendable, Equatable {
    private var revokedBefore: [String: Int] = [:]

    /// Nobody.
    package init() {}

    /// All tokens of these people.
    init(people: some Sequence<String>) {
        for id in people { revokedBefore[id] = .max }
    }

    package init(text: String) throws(RevocationListError) {
        // By characters: of a carriage return and a line feed Swift makes one.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let content = line.prefix { $0 != "#" }
            let words = content.split { $0 == " " || $0 == "\t" }
            guard let id = words.first else { continue }
            var before = Int.max
            if words.count > 1 {
                guard words.count == 2, let seconds = Int(words[1]), seconds >= 0 else {
                    throw RevocationListError(line: index + 1)
                }
                before = seconds
            }
            let name = String(id)
            revokedBefore[name] = max(before, revokedBefore[name] ?? 0)
        }
    }

    /// A token that does not say when it was issued counts as an old one.
    func covers(_ identity: Identity) -> Bool {
        guard let before = revokedBefore[identity.caller.person.id] else { return false }
        return identity.issuedAt.map { $0 < before } ?? true
    }

    func names(_ person: String) -> Bool { revokedBefore[person] != nil }

    var isEmpty: Bool { revokedBefore.isEmpty }
    package var count: Int { revokedBefore.count }
}

package struct RevocationListError: Error, CustomStringConvertible {
    let line: Int
    package var description: String {
        "line \(line): a line is a person's id, or an id and a time in Unix seconds"
    }
}
