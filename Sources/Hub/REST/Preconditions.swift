// Headers that make a call safe to repeat: Idempotency-Key and If-Match.

import Text
import Tickets
import Wire

extension Exchange {
    /// `key` of the body or its header, which must not differ.
    func idempotencyKey(_ fields: inout FieldReader) throws(TicketRejection) -> String? {
        let inBody = try fields.key()
        guard let header = head.headers["idempotency-key"] else { return inBody }
        if let inBody, ExactText(inBody) != ExactText(header) {
            throw FieldReader.wrong("key", "the same as Idempotency-Key")
        }
        return try FieldReader.checkKey(header)
    }

    /// The number in `If-Match`, an ETag of ours; nil: whatever is there.
    func expectedVersion() throws(TicketRejection) -> Int? {
        guard let tag = head.headers["if-match"], tag != "*" else { return nil }
        guard let version = Int(Self.number(in: tag)) else {
            throw FieldReader.wrong("If-Match", "the ETag of an earlier answer, \"NUMBER\"")
        }
        return version
    }

    /// `"12"` or `W/"12"` without its dress.
    private static func number(in tag: String) -> Substring {
        var tag = tag[...]
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        if tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") {
            tag = tag.dropFirst().dropLast()
        }
        return tag
    }
}
