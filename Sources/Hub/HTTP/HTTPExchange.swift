// One request and its one response, which may come late.

import Protocol
import Text
import Tickets
import Wire

final class HTTPExchange {
    let head: RequestHead
    /// The bytes received so far; empty when the call has no use for a body.
    private(set) var body: [UInt8] = []
    /// Its head has been accepted, and its body may come.
    var isAdmitted = false
    private weak var session: HTTPSession?
    private var isAnswered = false
    /// Runs when the peer leaves, or the hub gives up, before a response.
    var onAbandon: (() -> Void)?
    /// Runs when the peer has taken most of a body that is sent in pieces.
    var onRoom: (() -> Void)?
    /// Set when the head has been accepted.
    var match: RouteMatch?
    /// Set when the origin has been judged.
    var allowedOrigin: String?
    /// Set when the token has been checked.
    var identity: Identity?
    var caller: Caller? { identity?.caller }

    init(session: HTTPSession, head: RequestHead) {
        self.session = session
        self.head = head
    }

    // MARK: The body

    /// Whether the method has a body; other calls drop it.
    var keepsBody: Bool { ["POST", "PATCH", "PUT"].contains(head.method) }

    func take(_ bytes: [UInt8]) {
        guard keepsBody else { return }
        if body.isEmpty { body = bytes } else { body.append(contentsOf: bytes) }
    }

    func dropBody() { body = [] }

    func setBodyLimit(_ bytes: Int) { session?.parser.setBodyLimit(bytes) }

    var isOpen: Bool { !isAnswered && session != nil }
    /// Whether the request may change something.
    var isCommand: Bool { !["GET", "HEAD", "OPTIONS"].contains(head.method) }
    var peerAddress: String { session?.peerAddress ?? "" }

    func respond(_ response: Response) {
        guard !isAnswered else { return }
        isAnswered = true
        onAbandon = nil
        session?.finish(self, response)
    }

    func refuse(_ rejection: TicketRejection, for caller: Caller? = nil, status: Int? = nil) {
        // A conflict over the shortcut of a quick reply is not a failed precondition.
        let isPrecondition =
            head.headers["if-match"] != nil && ["ifSeq", "If-Match"].contains(rejection.field)
        session?.worker.refusals.note(
            rejection,
            of: RefusedPeer(
                person: self.caller?.person, address: peerAddress, transport: "rest"))
        respond(
            .problem(
                rejection, status: status ?? rejection.status(isPrecondition: isPrecondition),
                for: caller.map { rejection.viewer(for: $0) } ?? .client(id: "")))
    }

    // MARK: A body in pieces

    /// Sends the head of a response; `length` bytes follow by `send`.
    func begin(_ response: Response, length: Int) {
        guard !isAnswered else { return }
        isAnswered = true
        onAbandon = nil
        session?.begin(self, response, length: length)
    }

    func send(_ piece: [UInt8]) { session?.send(piece, of: self) }

    /// All bytes have been sent.
    func end() {
        onRoom = nil
        session?.end(self)
    }

    /// Ends the connection before all promised bytes are sent.
    func breakOff() {
        onRoom = nil
        session?.breakOff(self)
    }

    /// Whether most of the sent bytes have left.
    var hasRoom: Bool { session?.hasRoom ?? false }

    func stream(_ stream: EventStream) {
        guard !isAnswered else { return }
        isAnswered = true
        session?.beginStream(self, stream)
    }

    /// Begins a response whose body the download sends.
    func download(_ download: Download, headers: [(String, String)]) {
        guard !isAnswered else { return }
        isAnswered = true
        session?.beginDownload(self, download, headers: headers)
    }

    var connectionSession: HTTPSession? { session }

    func abandon() {
        isAnswered = true
        onAbandon?()
        onAbandon = nil
        onRoom = nil
    }

    /// Answers when the hub goes down before a response.
    func giveUp() { giveUp(with: .unavailable("The hub is going down; try again.")) }

    /// The token is revoked after the request came. A response that has begun is cut off.
    func revoke(_ list: RevocationList) {
        guard let identity, list.covers(identity), !isOfOwnErasure else { return }
        if isAnswered { breakOff() } else { giveUp(with: Authenticator.revoked) }
    }

    private func giveUp(with rejection: TicketRejection) {
        let abandon = onAbandon
        respond(.problem(rejection))
        abandon?()
    }

    /// The caller erases themselves: their tokens end, but this request goes on.
    var isOfOwnErasure = false
    /// Whether pages of an allowed origin may embed the response, for example as a picture.
    var mayBeEmbedded = false

    /// Adds headers that depend on the caller.
    func addHeaders(to head: inout ResponseHead) {
        let isShared = allowedOrigin != nil || mayBeEmbedded
        head.add("Cross-Origin-Resource-Policy", isShared ? "cross-origin" : "same-origin")
        if let allowedOrigin {
            head.add("Access-Control-Allow-Origin", allowedOrigin)
            head.add("Access-Control-Allow-Credentials", "true")
            head.add(
                "Access-Control-Expose-Headers",
                "Content-Disposition, Content-Range, ETag, Location, Retry-After, WWW-Authenticate")
            head.add("Vary", "Origin")
        }
    }

    /// The body's fields, parsed as a JSON object.
    func fields() throws(TicketRejection) -> FieldReader {
        do {
            return try FieldReader(try JSONReader.parse(body))
        } catch let error as JSONError {
            throw TicketRejection(
                .badRequest, "The body is not a JSON object: \(error.description).")
        } catch let error as TicketRejection {
            throw error
        } catch {
            throw TicketRejection(.badRequest, "The body is not a JSON object.")
        }
    }
}
