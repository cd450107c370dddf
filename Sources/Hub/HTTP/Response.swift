// An HTTP response that is complete before its first byte is sent.

import Protocol
import Text
import Tickets
import Wire

struct Response {
    var status: Int
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// The response to HEAD when the one to GET has no length.
    var isEndless = false

    static func json(_ body: [UInt8], status: Int = 200) -> Response {
        Response(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            body: body)
    }

    static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        return .json(json.bytes, status: status)
    }

    /// The head of an event stream, for HEAD requests, which do not join.
    static let streamHead = Response(
        status: 200, headers: EventStream.headers, isEndless: true)

    static let noContent = Response(status: 204)

    static func text(_ text: String, status: Int = 200, type: String = "text/plain") -> Response {
        Response(
            status: status,
            headers: [("Content-Type", "\(type); charset=utf-8"), ("Cache-Control", "no-store")],
            body: Array(text.utf8))
    }

    static func problem(
        _ rejection: TicketRejection, status: Int? = nil, for viewer: Viewer = .client(id: "")
    ) -> Response {
        let status = status ?? rejection.status()
        var response = Response(
            status: status,
            headers: [
                ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
            ],
            body: rejection.problem(status: status, for: viewer))
        if let retryAfter = rejection.retryAfter {
            response.headers.append(("Retry-After", "\(retryAfter)"))
        }
        if status == 401 {
            response.headers.append(("WWW-Authenticate", challenge(rejection.tokenFault)))
        }
        return response
    }

    /// A client that retries a moment later may find room.
    static func overload(_ reason: String) -> Response {
        var rejection = TicketRejection(.unavailable, reason)
        rejection.retryAfter = 2
        return problem(rejection)
    }

    /// RFC 6750 section 3: without a token there is no error to report.
    private static func challenge(_ fault: String?) -> String {
        guard let fault else { return "Bearer" }
        // `error_description` allows neither quotes nor characters beyond ASCII.
        let plain = fault.utf8.filter { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        let text = String(decoding: plain, as: UTF8.self)
        return "Bearer error=\"invalid_token\", error_description=\"\(text)\""
    }

    /// Problems of HTTP itself, not of a command.
    static func problem(status: Int, _ detail: String) -> Response {
        let code: TicketRejection.Code =
            switch status {
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .notFound
            case 413, 414, 431: .tooLarge
            case 429: .rateLimited
            // Not 501 and 505: a retry of the same request cannot succeed.
            case 500, 503: .unavailable
            default: .badRequest
            }
        return problem(TicketRejection(code, detail), status: status)
    }

    func with(_ name: String, _ value: String) -> Response {
        var response = self
        response.headers.append((name, value))
        return response
    }
}
