// GET /api/files/ID: for the uploader until the file is attached, then for those who may see the
// message.

import Reactor
import Text
import Tickets
import Wire

struct FileCall: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    /// The same answer for a missing file and for one that the caller may not see.
    private static let notFound = TicketRejection(
        .notFound, "There is no such file, or you have no access to it.", field: "file")

    func get(_ name: ExactText) {
        guard let id = FileID(name) else { return exchange.refuse(Self.notFound) }
        worker.requests.askFiles { store throws(StoreError) in
            try store.file(id)
        } then: { (answer: Result<StoredFile?, TicketRejection>) in
            switch answer {
            case .success(let file?): check(file)
            case .success(nil): exchange.refuse(Self.notFound)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
    }

    private func check(_ file: StoredFile) {
        guard let claim = file.claim else { return answer(file, on: nil) }
        let caller = caller
        worker.requests.ask { reader throws(StoreError) in
            try reader.snapshot(of: claim.ticket, for: caller)
        } then: { (found: Result<Ticket?, TicketRejection>) in
            switch found {
            case .success(let snapshot): answer(file, on: snapshot)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
    }

    // MARK: The answer

    private func answer(_ file: StoredFile, on snapshot: Ticket?) {
        guard file.isVisible(to: caller, on: snapshot) else {
            return exchange.refuse(Self.notFound)
        }
        exchange.mayBeEmbedded = worker.context.authenticator.mayEmbed(exchange.head)
        let request = exchange.head
        let tag = "\"\(file.id)\""
        if exchange.isAboutOther(than: tag) { return exchange.respond(HTTPExchange.otherVersion) }
        if exchange.knows(tag) {
            return exchange.respond(Response(status: 304, headers: caching(tag)))
        }
        // Ranges are for GET only (RFC 9110 §14.2), and only for the version that the caller has
        // (§13.1.5).
        let isKnown = request.headers["if-range"].map { $0 == tag } ?? true
        let isRanged = request.method == "GET" && isKnown
        switch ByteRange(isRanged ? request.headers["range"] : nil, size: file.size) {
        case .unsatisfiable:
            let detail = "The range is not in this file of \(file.size) bytes."
            exchange.respond(
                .problem(status: 416, detail).with("Content-Range", "bytes */\(file.size)"))
        case .whole: send(file, 0..<file.size, Response(status: 200, headers: headers(file, tag)))
        case .part(let range):
            let place = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            send(
                file, range,
                Response(status: 206, headers: headers(file, tag)).with("Content-Range", place))
        }
    }

    private func send(_ file: StoredFile, _ range: Range<Int>, _ response: Response) {
        FileDownload(worker: worker, exchange: exchange, file: file, range: range)
            .start(response)
    }

    /// Access can be revoked, so caches must revalidate each time.
    private func caching(_ tag: String) -> [(String, String)] {
        [("ETag", tag), ("Cache-Control", "private, no-cache")]
    }

    /// Prevents files from running as pages: the type follows the content and must not be guessed,
    /// only pictures are shown inline, and a file that is opened anyway is in a sandbox.
    private func headers(_ file: StoredFile, _ tag: String) -> [(String, String)] {
        let disposition = ContentDisposition.value(
            FileType.isInline(file.type) ? "inline" : "attachment", name: file.name)
        return caching(tag) + [
            ("Content-Type", file.type), ("Content-Disposition", disposition),
            ("Accept-Ranges", "bytes"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ]
    }
}
