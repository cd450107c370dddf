// One row of the route table: a method, a path, and what answers it.

import Text
import Tickets

/// A method and a path of the HTTP interface.
struct Route: Sendable {
    enum Handler: Sendable {
        /// A call of the API, for callers with a token.
        case call(@Sendable (Call) -> Void)
        /// A page for everyone.
        case page(@Sendable (Router, HTTPExchange) -> Void)
        /// The session passes the body on while it arrives (`UploadCall`).
        case upload
        /// The session hands the connection over to a WebSocket.
        case upgrade
    }

    /// The query fields of a call.
    enum Query: Sendable {
        /// Any field is unknown, except `but`, which others read.
        case none(but: Set<ExactText> = [])
        /// The call reads and checks the query itself.
        case read
    }

    /// As `Allow` names them: GET comes with HEAD.
    let methods: [String]
    let pattern: PathPattern
    let query: Query
    let handler: Handler

    init(_ method: String, _ path: ExactText, query: Query = .none(), handler: Handler) {
        let answersHEAD = if case .upgrade = handler { false } else { method == "GET" }
        methods = answersHEAD ? [method, "HEAD"] : [method]
        pattern = PathPattern(path)
        self.query = query
        self.handler = handler
    }

    /// A call of the API.
    init(
        _ method: String, _ path: ExactText, query: Query = .none(),
        _ call: @escaping @Sendable (Call) -> Void
    ) {
        self.init(method, path, query: query, handler: .call(call))
    }
}

/// A route and the parameters in the path of a request.
struct RouteMatch {
    let route: Route
    let parameters: [ExactText: ExactText]
}

/// A path with parameters, as the API description writes it: `/api/tickets/{ticket}/read`. The
/// parameter `{+id}` takes one or more segments.
struct PathPattern: Sendable {
    private enum Part: Sendable {
        case literal(ExactText)
        case parameter(ExactText)
        case segments
    }

    let path: ExactText
    private let parts: [Part]

    init(_ path: ExactText) {
        self.path = path
        parts = Self.segments(path).map { segment in
            guard segment.utf8.first == UInt8(ascii: "{") else { return .literal(segment) }
            let name = ExactText(Substring(segment.utf8.dropFirst().dropLast()))
            return name.hasPrefix("+") ? .segments : .parameter(name)
        }
    }

    /// The parts of a path between its slashes, without empty ones.
    static func segments(_ path: ExactText) -> [ExactText] { path.split(at: "/") }

    /// The parameters by name; nil: another path. `{+id}` is left to the call: its slashes are not
    /// in the segments.
    func match(_ segments: [ExactText]) -> [ExactText: ExactText]? {
        var parameters: [ExactText: ExactText] = [:]
        var left = segments[...]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let text):
                guard left.popFirst() == text else { return nil }
            case .parameter(let name):
                guard let segment = left.popFirst() else { return nil }
                parameters[name] = segment
            case .segments:
                let partsAfter = parts.count - index - 1
                guard left.count > partsAfter else { return nil }
                left = left.suffix(partsAfter)
            }
        }
        return left.isEmpty ? parameters : nil
    }
}
