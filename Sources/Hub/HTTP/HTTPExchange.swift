// One request and its one answer, however late it comes.

import Protocol
import Text
import Tickets
import Wire

final class HTTPExchange {
    let head: RequestHead
    /// As much as has come of it; nothing of one that the call has no use for.
    private(set) var body: [UInt8] = []
    /// Its head has been judged, and its body may come.
    var isAdmitted = false
    private weak var session: HTTPSession?
    private var isAnswered = false
    /// Runs when the peer has gone, or the hub gives up, before there was an answer.
    var onAbandon: (() -> Void)?
    /// Runs when the peer has taken most of a body that goes out in pieces.
    var onRoom: (() -> Void)?
    /// Set once the origin is judged.
    var allowedOrigin: String?
    /// Set once the token is checked.
    var identity: Identity?
    var caller: Caller? { identity?.caller }

    init(session: HTTPSession, head: RequestHead) {
        self.session = session
        self.head = head
    }

    // MARK: The body

    /// Calls of other methods have no use for one, and drop it.
    var keepsBody: Bool { ["POST", "PATCH", "PUT"].contains(head.method) }

    func take(_ bytes: [UInt8]) {
        guard keepsBody else { return }
        if body.isEmpty { body = bytes } else { body.append(contentsOf: bytes) }
    }

    func dropBody() { body = [] }

    func setBodyLimit(_ bytes: Int) { session?.parser.setBodyLimit(bytes) }

    var isOpen: Bool { !isAnswered && session != nil }
    /// Asks for more than to be told something.
    var isCommand: Bool { !["GET", "HEAD", "OPTIONS"].contains(head.method) }
    var peerAddress: String { session?.peerAddress ?? "" }

    func respond(_ response: Response) {
        guard !isAnswered else { return }
        isAnswered = true
        onAbandon = nil
        session?.finish(self, response)
    }

    func refuse(_ rejection: TicketRejection, for caller: Caller? = nil, status: Int? = nil) {
        // A shortcut that is taken is no precondition.
        let isPrecondition =
            head.headers["if-match"] != nil && ["ifSeq", "If-Match"].contains(rejection.field)
        session?.worker.noteRefusal(
            rejection,
            of: RefusedPeer(
                person: self.caller?.person, address: peerAddress, transport: "rest"))
        respond(
            .problem(
                rejection, status: status ?? rejection.status(isPrecondition: isPrecondition),
                for: caller.map { rejection.viewer(for: $0) } ?? .client(id: "")))
    }

    // MARK: A body in pieces

    /// The head of an answer of which `length` bytes follow by `send`.
    func begin(_ response: Response, length: Int) {
        guard !isAnswered else { return }
        isAnswered = true
        onAbandon = nil
        session?.begin(self, response, length: length)
    }

    func send(_ piece: [UInt8]) { session?.send(piece, of: self) }

    /// All of them have been given.
    func end() {
        onRoom = nil
        session?.end(self)
    }

    /// There will be no more, though more was promised.
    func breakOff() {
        onRoom = nil
        session?.breakOff(self)
    }

    /// What has been given has mostly left.
    var hasRoom: Bool { session?.hasRoom ?? false }

    func stream(_ stream: EventStream) {
        guard !isAnswered else { return }
        isAnswered = true
        session?.beginStream(self, stream)
    }

    /// The answer begins; its body is the download's to send.
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

    /// The hub goes down before there was an answer.
    func giveUp() { giveUp(with: .unavailable("The hub is going down; try again.")) }

    /// The token was good when it came. Of an answer that has begun, nothing more is said.
    func revoke(_ list: RevocationList) {
        guard let identity, list.covers(identity), !isOfOwnErasure else { return }
        if isAnswered { breakOff() } else { giveUp(with: Authenticator.revoked) }
    }

    private func giveUp(with rejection: TicketRejection) {
        let abandon = onAbandon
        respond(.problem(rejection))
        abandon?()
    }

    /// The caller asked to be erased: their tokens end with it, and their question does not.
    var isOfOwnErasure = false
    /// Whether pages of an allowed origin may show the answer as a picture or the like.
    var mayBeEmbedded = false

    /// Headers that depend on who asks.
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

    /// The body as a JSON object's fields.
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
