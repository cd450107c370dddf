// Encodes refusals: as `error` frames over WebSocket, as problem+json (RFC 9457) over HTTP.

package import Text
package import Tickets
import Wire

extension TicketRejection {
    /// `{"type":"error","re",…}`.
    package func frame(re: Tree?, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "error")
        json.key("re")
        json.value(re ?? .null)
        json.field("code", code.rawValue)
        json.field("message", message)
        if let field { json.field("field", field) }
        encodeFacts(&json, for: viewer)
        json.endObject()
        return json.bytes
    }

    /// The HTTP status of this code. `isPrecondition`: the caller sent `If-Match`.
    package func status(isPrecondition: Bool = false) -> Int {
        switch code {
        case .badRequest: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: isPrecondition ? 412 : 409
        case .stale, .alreadyTaken, .ticketClosed, .keyMismatch: 409
        // A field over its limit is a field error; 413 is for a request that is too large itself.
        case .tooLarge: field == nil ? 413 : 400
        case .rateLimited: 429
        case .unavailable: 503
        }
    }

    package func problem(status: Int, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "about:blank")
        json.field("title", StatusReason.phrase(status))
        json.field("status", status)
        json.field("detail", message)
        json.field("code", code.rawValue)
        if let field {
            json.field("field", field)
            json.key("errors")
            json.beginArray()
            json.beginObject()
            json.field("field", field)
            json.field("code", code.rawValue)
            json.field("message", message)
            json.endObject()
            json.endArray()
        }
        encodeFacts(&json, for: viewer)
        json.endObject()
        return json.bytes
    }

    /// The viewer for the ticket data in the refusal.
    package func viewer(for caller: Caller) -> Viewer {
        current.map { Viewer(caller, of: $0) } ?? Viewer(caller)
    }

    private func encodeFacts(_ json: inout JSONWriter, for viewer: Viewer) {
        if let assignedTo { json.person("assignedTo", assignedTo) }
        if let current {
            json.key("current")
            json.snapshot(current, for: viewer)
        }
        if code == .stale {
            json.key("missed")
            json.beginArray()
            for event in missed where event.isVisible(to: viewer.audience) {
                json.event(event, for: viewer.audience)
            }
            json.endArray()
        }
        if let retryAfter { json.field("retryAfter", retryAfter) }
    }
}
