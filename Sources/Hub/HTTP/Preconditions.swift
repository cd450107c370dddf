// Headers for safe repeats: Idempotency-Key and If-Match.

import Protocol
import Text
import Tickets
import Wire

extension HTTPExchange {
    /// The key from the body or the header; the two must not differ.
    func idempotencyKey(_ fields: inout FieldReader) throws(TicketRejection) -> ExactText? {
        let inBody = try fields.key()
        guard let header = try keyHeader() else { return inBody }
        if let inBody, inBody != header {
            throw FieldReader.wrong("key", "the same as Idempotency-Key")
        }
        return try FieldReader.checkKey(header)
    }

    /// `Idempotency-Key`, at most once.
    func keyHeader() throws(TicketRejection) -> ExactText? {
        let keys = head.headers.all("idempotency-key")
        guard keys.count <= 1 else { throw FieldReader.wrong("Idempotency-Key", "one value") }
        guard head.headers.isText("idempotency-key") else {
            throw FieldReader.wrong("Idempotency-Key", "UTF-8")
        }
        return keys.first.map { ExactText($0) }
    }

    /// The versions in `If-Match`, of which one must be current; nil: any version. A proxy that
    /// compresses responses makes tags weak, so `W/"12"` counts as `"12"`.
    func expectedVersions() throws(TicketRejection) -> ExpectedVersions? {
        switch EntityTags(head.headers, "if-match") {
        case nil, .any?: return nil
        case .malformed?: throw Self.wrongTag
        case .listed(let tags)?:
            return ExpectedVersions(
                try tags.map { tag throws(TicketRejection) in try Self.number(in: tag) })
        }
    }

    /// A version in the hub's form: digits without a leading zero. Longer numbers match no version.
    private static func number(in tag: EntityTag) throws(TicketRejection) -> Int {
        let digits = tag.value.utf8
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.first != 0x30 || digits.count == 1
        else { throw wrongTag }
        return Int(tag.value.string) ?? .max
    }

    private static let wrongTag = FieldReader.wrong(
        "If-Match", "ETags of earlier answers, \"NUMBER\" in quotes, or *")

    /// Whether the condition excludes the version with `tag` (with its quotes; RFC 9110 section
    /// 13.1.1). Commands ask the journal, which has the newest version.
    func isAboutOther(than tag: String) -> Bool {
        guard head.method == "GET" || head.method == "HEAD",
            let asked = EntityTags(head.headers, "if-match")
        else { return false }
        return !asked.includes(tag)
    }

    static let otherVersion = Response.problem(
        TicketRejection(
            .conflict, "If-Match does not name the current version; leave it out.",
            field: "If-Match"),
        status: 412)

    /// Whether the caller already has the response with `tag` (with its quotes).
    func knows(_ tag: String) -> Bool {
        guard head.method == "GET" || head.method == "HEAD" else { return false }
        return EntityTags(head.headers, "if-none-match")?.includes(tag) ?? false
    }

    /// `response` with its tag, or 304 when the caller has it.
    func tagged(_ response: Response, _ version: Int) -> Response {
        let tag = "\"\(version)\""
        do throws(TicketRejection) {
            if head.method == "GET" || head.method == "HEAD" { _ = try expectedVersions() }
        } catch {
            return .problem(error)
        }
        if isAboutOther(than: tag) { return Self.otherVersion }
        guard knows(tag) else { return response.with("ETag", tag) }
        return Response(
            status: 304, headers: [("ETag", tag), ("Cache-Control", "no-store")])
    }
}
