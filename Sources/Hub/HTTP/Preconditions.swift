// Headers that make a call safe to repeat: Idempotency-Key and If-Match.

import Protocol
import Text
import Tickets
import Wire

extension HTTPExchange {
    /// `key` of the body or its header, which must not differ.
    func idempotencyKey(_ fields: inout FieldReader) throws(TicketRejection) -> ExactText? {
        let inBody = try fields.key()
        guard let header = try keyHeader() else { return inBody }
        if let inBody, inBody != header {
            throw FieldReader.wrong("key", "the same as Idempotency-Key")
        }
        return try FieldReader.checkKey(header)
    }

    /// `Idempotency-Key`, once.
    func keyHeader() throws(TicketRejection) -> ExactText? {
        let keys = head.headers.all("idempotency-key")
        guard keys.count <= 1 else { throw FieldReader.wrong("Idempotency-Key", "one value") }
        return keys.first.map { ExactText($0) }
    }

    /// The numbers in `If-Match`, ETags of ours, of which one must be there still; nil: whatever
    /// is there. A proxy that packs answers makes tags weak, so that `W/"12"` is taken for `"12"`.
    func expectedVersions() throws(TicketRejection) -> ExpectedVersions? {
        switch EntityTags(head.headers, "if-match") {
        case nil, .any?: return nil
        case .malformed?: throw Self.wrongTag
        case .listed(let tags)?:
            return ExpectedVersions(
                try tags.map { tag throws(TicketRejection) in try Self.number(in: tag) })
        }
    }

    /// As we write it: digits, without a zero before them. What has too many of them is nobody's.
    private static func number(in tag: EntityTag) throws(TicketRejection) -> Int {
        let digits = tag.value.utf8
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.first != 0x30 || digits.count == 1
        else { throw wrongTag }
        return Int(tag.value.string) ?? .max
    }

    private static let wrongTag = FieldReader.wrong(
        "If-Match", "ETags of earlier answers, \"NUMBER\" in quotes, or *")

    /// Whether a question is only about another version than the one with `tag` (with its quotes; RFC
    /// 9110 section 13.1.1). Commands ask the journal, which has the newest.
    func isAboutOther(than tag: String) -> Bool {
        guard head.method == "GET" || head.method == "HEAD",
            let asked = EntityTags(head.headers, "if-match")
        else { return false }
        return !asked.includes(tag)
    }

    static let otherVersion = Response.problem(
        TicketRejection(
            .conflict, "If-Match does not name what is here; leave it out.", field: "If-Match"),
        status: 412)

    /// Whether the caller has the answer that would carry `tag` (with its quotes) already.
    func knows(_ tag: String) -> Bool {
        guard head.method == "GET" || head.method == "HEAD" else { return false }
        return EntityTags(head.headers, "if-none-match")?.includes(tag) ?? false
    }

    /// `response` with its tag, or word that the caller has it.
    func tagged(_ response: Response, _ version: Int) -> Response {
        let tag = "\"\(version)\""
        if isAboutOther(than: tag) { return Self.otherVersion }
        guard knows(tag) else { return response.with("ETag", tag) }
        return Response(
            status: 304, headers: [("ETag", tag), ("Cache-Control", "no-store")])
    }
}
