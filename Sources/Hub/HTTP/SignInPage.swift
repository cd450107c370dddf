// The sign-in page of an installation. The web client finds its address in the head of each page.

package struct SignInPage: Sendable {
    package let url: String

    /// A web address, or a path on the hub's own host; nil for anything unsafe in a link, such as
    /// another scheme.
    package init?(_ text: String) {
        let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://")
        let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
        guard isAddress || isPath, text.utf8.allSatisfy(Self.isPlain) else { return nil }
        guard text.utf8.count > "https://".utf8.count || isPath else { return nil }
        url = text
    }

    /// Neither blanks nor control characters; other characters than ASCII are percent-encoded.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
    }

    static func note(_ url: String) -> [UInt8] {
        let escaped = url.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            default: [byte]
            }
        }
        let meta = Array(#"<meta name="guichet-sign-in" content=""#.utf8)
        return Array("\n    ".utf8) + meta + escaped + Array(#"">"#.utf8)
    }

    /// Adds the note at the start of the head, if the page has one.
    static func adding(_ note: [UInt8], to page: [UInt8]) -> [UInt8] {
        let head = Array("<head>".utf8)
        guard !note.isEmpty,
            let at = page.indices.first(where: { page[$0...].starts(with: head) })
        else { return page }
        let end = at + head.count
        return page[..<end] + note + page[end...]
    }
}
