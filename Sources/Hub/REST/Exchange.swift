// One request and its one answer, however late it comes.

import Tickets
import Wire

final class Exchange {
    let head: RequestHead
    let body: [UInt8]
    private weak var session: HTTPSession?
    private var isAnswered = false
    /// Runs when the peer has gone, or the hub gives up, before there was an answer.
    var onAbandon: (() -> Void)?
    /// Set once the origin is judged.
    var allowedOrigin: String?
    /// Set once the token is checked.
    var caller: Caller?

    init(session: HTTPSession, head: RequestHead, body: [UInt8]) {
        self.session = session
        self.head = head
        self.body = body
    }

    var isOpen: Bool { !isAnswered && session != nil }
    var peerAddress: String { session?.peerAddress ?? "" }

    func respond(_ response: Response) {
        guard !isAnswered else { return }
        isAnswered = true
        onAbandon = nil
        session?.finish(self, response)
    }

    func refuse(_ rejection: TicketRejection, for caller: Caller? = nil) {
        let isPrecondition = head.headers["if-match"] != nil
        session?.worker.noteRefusal(
            rejection,
            of: RefusedPeer(
                person: self.caller?.person, address: peerAddress, transport: "rest"))
        respond(
            .problem(
                rejection, status: rejection.status(isPrecondition: isPrecondition),
                for: caller.map { Viewer($0) } ?? .client(id: "")))
    }

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
    }

    /// The hub goes down before there was an answer.
    func giveUp() {
        let abandon = onAbandon
        respond(.problem(.unavailable("The hub is going down; try again.")))
        abandon?()
    }

    /// Headers that every answer carries.
    func addCommonHeaders(_ head: inout ResponseHead) {
        head.add("X-Content-Type-Options", "nosniff")
        if let allowedOrigin {
            head.add("Access-Control-Allow-Origin", allowedOrigin)
            head.add("Access-Control-Allow-Credentials", "true")
            head.add("Access-Control-Expose-Headers", "ETag, Location, Retry-After")
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
