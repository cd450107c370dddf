// GET /api/files/ID: to its uploader until it is attached, then to those who may see where.

import Reactor
import Text
import Tickets
import Wire

struct FileCall {
    let worker: Worker
    let exchange: HTTPExchange
    let identity: Identity

    private var caller: Caller { identity.caller }

    /// What is not there and what is not theirs look alike.
    private static let notFound = TicketRejection(
        .notFound, "There is no such file, or it is not yours to see.", field: "file")

    func get(_ name: ExactText) {
        guard let id = FileID(name) else { return exchange.refuse(Self.notFound) }
        worker.askFiles { store throws(StoreError) in
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
        worker.ask { reader throws(StoreError) in
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
        // RFC 9110 §14.2 has ranges for GET alone; §13.1.5: only of the file that is known.
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

    /// Access can be lost, so a copy is asked about each time.
    private func caching(_ tag: String) -> [(String, String)] {
        [("ETag", tag), ("Cache-Control", "private, no-cache")]
    }

    /// Whatever is in the file, nothing of it runs: the type is by its content and not to be
    /// guessed at, only pictures are shown, and what is opened all the same is in a sandbox.
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
