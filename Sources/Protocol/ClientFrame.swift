// The frames of a WebSocket client (docs/protocol.md 7.4), decoded from one text message.

package import Text
package import Tickets
import Wire

package enum ClientFrame {
    case join(TicketReference, after: Int?, limit: Int?)
    case leave(TicketReference)
    case command(TicketCommand.Request, key: ExactText?)
    case typing(TicketReference, isOn: Bool, isInternal: Bool)
    case read(TicketReference, seq: Int)
    case view(TicketReference, hasFocus: Bool)
    case queueJoin(TicketFilter, limit: Int?)
    case queueLeave
    case auth(token: String)
    case ping
}

/// A frame with its `id`, or the refusal of a frame with the `id` if one could be read.
package struct DecodedFrame {
    /// The client's `id` as JSON, echoed as `re`.
    package let id: Tree?
    package let content: Result<ClientFrame, TicketRejection>

    /// - Parameter isUTF8: `payload` is that of a text message, which has been validated.
    package init(_ payload: [UInt8], caller: Caller, isUTF8: Bool = false) {
        var id: Tree?
        do throws(TicketRejection) {
            let json = try Self.parse(payload, isUTF8: isUTF8)
            var fields = try FieldReader(json)
            if let given = fields.raw("id") {
                guard Self.isUsable(given) else {
                    throw FieldReader.wrong(
                        "id", "a string of at most 128 bytes or an integer up to 2^53")
                }
                id = given
            }
            let frame = try Self.frame(type: try fields.text("type"), &fields, caller)
            try fields.finish()
            content = .success(frame)
        } catch {
            content = .failure(error)
        }
        self.id = id
    }

    private static func parse(
        _ payload: [UInt8], isUTF8: Bool
    ) throws(TicketRejection) -> Tree {
        do {
            return try JSONReader.parse(payload, isUTF8: isUTF8)
        } catch {
            throw TicketRejection(.badRequest, "This is not a JSON object: \(error.description).")
        }
    }

    private static func isUsable(_ id: Tree) -> Bool {
        switch id {
        case .string(let text): text.utf8.count <= 128
        case .int: true
        // Beyond 2^53 a double also stands for its neighbours: another number would come back.
        case .double(let number): number.magnitude < 9_007_199_254_740_992
        default: false
        }
    }

    private static func frame(
        type: ExactText, _ fields: inout FieldReader, _ caller: Caller
    ) throws(TicketRejection) -> ClientFrame {
        switch type {
        case "join":
            return .join(
                try fields.ticket(), after: try fields.optionalSeq("after"),
                limit: try limit(&fields))
        case "leave": return .leave(try fields.ticket())
        case "message":
            return .command(
                .edit(try fields.ticket(), try fields.message()), key: try fields.key())
        case "update":
            return try update(&fields)
        case "create":
            guard var set = try fields.object("set") else { throw FieldReader.missing("set") }
            let new = try set.newTicket()
            try set.finish()
            return .command(.create(new), key: try fields.key())
        case "typing":
            return .typing(
                try fields.ticket(), isOn: try fields.bool("on"),
                isInternal: try fields.bool("internal", default: false))
        case "read":
            guard let seq = try fields.optionalSeq("seq") else { throw FieldReader.missing("seq") }
            return .read(try fields.ticket(), seq: seq)
        case "view": return .view(try fields.ticket(), hasFocus: try fields.bool("focus"))
        case "queue.join":
            return .queueJoin(try filter(&fields, caller), limit: try limit(&fields))
        case "queue.leave": return .queueLeave
        case "auth": return .auth(token: try fields.string("token"))
        case "ping": return .ping
        default:
            throw TicketRejection(
                .badRequest, "There is no frame of type “\(type.excerpt)”.", field: "type")
        }
    }

    private static func update(_ fields: inout FieldReader) throws(TicketRejection) -> ClientFrame {
        var edit = TicketEdit()
        let ticket = try fields.ticket()
        try fields.changes(into: &edit)
        edit.expectedSeq = try fields.optionalSeq("ifSeq").map { ExpectedVersions([$0]) }
        let key = try fields.key()
        // An unknown field is the more useful refusal.
        try fields.finish()
        guard edit.action != nil || !edit.edits.isEmpty else { throw FieldReader.missing("set") }
        return .command(.edit(ticket, edit), key: key)
    }

    private static func filter(
        _ fields: inout FieldReader, _ caller: Caller
    ) throws(TicketRejection) -> TicketFilter {
        guard var object = try fields.object("filter") else { return TicketFilter() }
        let filter = try object.filter(for: caller)
        try object.finish()
        return filter
    }

    private static func limit(_ fields: inout FieldReader) throws(TicketRejection) -> Int? {
        guard let limit = try fields.optionalInt("limit") else { return nil }
        guard limit > 0 else { throw FieldReader.wrong("limit", "1 or more") }
        return limit
    }
}
