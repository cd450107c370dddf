// Checks the variables of quick replies, such as `{{ticket.ref}}`. The author's page fills them
// in; the hub refuses a variable that cannot be filled.

import Text

package enum ReplyTemplate {
    /// Names in English, and the French ones that people use.
    private static let variables: Set<ExactText> = [
        "ticket.ref", "ticket.title", "ticket.titre", "ticket.project", "ticket.projet",
        "ticket.category", "ticket.status", "ticket.priority",
        "client.name", "client.nom", "client.firstName", "client.prenom",
        "agent.name", "agent.nom", "agent.firstName", "agent.prenom",
    ]

    /// A readable error about the variables of `text`; nil: no error.
    package static func problem(in text: String) -> String? {
        // Bytes, as the pages search: a combining mark after a brace does not hide it.
        var rest = text.utf8[...]
        while let opening = rest.firstRange(of: "{{".utf8) {
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}".utf8) else {
                return "a variable begins with {{ and does not end with }}."
            }
            let name = trimmed(rest[..<closing.lowerBound])
            guard variables.contains(name) else {
                return "there is no variable “\(name.excerpt)”; there are "
                    + variables.sorted().map(\.string).joined(separator: ", ") + "."
            }
            rest = rest[closing.upperBound...]
        }
        return nil
    }

    private static func trimmed(_ text: Substring.UTF8View) -> ExactText {
        var text = text
        while text.first == UInt8(ascii: " ") { text.removeFirst() }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        return ExactText(Substring(text))
    }

    /// `fr`, `en-GB`, `zh-Hant`: letters, then parts of letters and digits (RFC 5646, in short).
    package static func isLanguage(_ tag: String) -> Bool {
        guard tag.utf8.count <= 24 else { return false }
        let parts = tag.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.count), parts.count <= 3,
            first.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            (2...8).contains(part.count)
                && part.allSatisfy { byte in
                    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                }
        }
    }
}
