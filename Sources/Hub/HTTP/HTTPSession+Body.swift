// Request bodies: kept, passed on or dropped, as their heads decide.

import Reactor
import Tickets
import Wire

extension HTTPSession {
    /// What follows a body that is dropped.
    enum Rest { case thenEnd, thenNextRequest }

    /// The head is judged before any byte of a body is kept.
    func beginBody() {
        guard let exchange = incoming else { return }
        if UploadCall.isUpload(exchange.head) { return beginUpload(exchange) }
        guard exchange.head.hasBody else { return }
        _ = Router(worker: worker).admits(exchange)
    }

    private func beginUpload(_ exchange: HTTPExchange) {
        // The upload call counts the file's bytes, and refuses with its own message.
        parser.setBodyLimit(.max / 2)
        let upload = UploadCall(exchange, worker)
        self.upload = upload
        upload.begin()
    }

    func take(_ bytes: [UInt8]) {
        bodyBytes += bytes.count
        if let upload {
            upload.take(bytes)
            if upload.isBehind { hold() }
        } else if discarding != nil {
            if bodyBytes > discardedBytesMax { hangUp() }
        } else {
            incoming?.take(bytes)
        }
    }

    // MARK: Answered early

    /// Bytes of a refused body that are read and dropped: a client that sends everything before it
    /// reads would otherwise miss the answer.
    private var discardedBytesMax: Int {
        let settings = worker.context.settings
        let isUpload = incoming.map { UploadCall.isUpload($0.head) } ?? false
        let most = isUpload ? settings.uploads.fileBytes : settings.requestBytes
        return 2 * (most + UploadSettings.formBytesMax)
    }

    /// A remainder this short is read, to keep the connection.
    private static let restBytesMax = 64 * 1024

    /// Answers a request whose body has not arrived.
    func finishEarly(_ exchange: HTTPExchange, _ response: Response) {
        upload = nil
        exchange.dropBody()
        // From here on this session counts the bytes.
        parser.setBodyLimit(.max / 2)
        discarding = .thenEnd
        earlyAnswer = response
        release()
        if !isPumping { sendEarlyAnswer() }
    }

    func sendEarlyAnswer() {
        guard let response = earlyAnswer, let exchange = incoming, !isFinished else { return }
        earlyAnswer = nil
        let keepAlive = hasShortRest(exchange.head) && keepsAlive(after: exchange, response)
        discarding = keepAlive ? .thenNextRequest : .thenEnd
        send(response, to: exchange, keepAlive: keepAlive)
        // A client that waits for 100 may or may not send the body, so the connection ends.
        if exchange.head.expectsContinue, bodyBytes == 0 { return end() }
        if case .length(let length) = exchange.head.framing, length > discardedBytesMax { end() }
    }

    /// The dropped body has ended.
    func endDiscarded(_ exchange: HTTPExchange) {
        let rest = discarding
        discarding = nil
        incoming = nil
        if let response = earlyAnswer {
            earlyAnswer = nil
            write(response, to: exchange, keepAlive: keepsAlive(after: exchange, response))
        } else if rest == .thenEnd {
            return end()
        }
        conclude()
    }

    /// Closes after 413: the client sends too much.
    private func keepsAlive(after exchange: HTTPExchange, _ response: Response) -> Bool {
        response.status != 413 && keepsAlive(after: exchange)
    }

    private func hasShortRest(_ head: RequestHead) -> Bool {
        guard case .length(let length) = head.framing, !head.expectsContinue else { return false }
        return length <= Self.restBytesMax
    }

    /// The peer has its answer and still sends: closes the connection.
    private func hangUp() {
        isFinished = true
        connection?.closeNow()
    }

    // MARK: Uploads on hold

    private func hold() {
        guard heldSince == nil else { return }
        heldSince = worker.loop.now
        connection?.pauseReading()
    }

    /// Time on hold does not count against the uploader.
    private func release() {
        guard let since = heldSince else { return }
        heldSince = nil
        bodySince = bodySince.map { $0 + worker.loop.now - since }
        connection?.resumeReading()
    }

    func uploadCaughtUp(_ caller: UploadCall) {
        guard upload === caller else { return }
        release()
        pump()
    }

    // MARK: Bytes in memory

    /// Bytes of an incomplete request. Upload bytes are bounded separately.
    private var unfinishedBytes: Int {
        guard !isFinished, exchange == nil else { return 0 }
        return parser.bufferedBytes + (incoming?.body.count ?? 0)
    }

    var unfinished: UnfinishedInput? {
        guard unfinishedBytes > 0, let since = incoming == nil ? requestSince : bodySince else {
            return nil
        }
        return UnfinishedInput(bytes: unfinishedBytes, since: since)
    }

    func countUnfinished() {
        let bytes = unfinishedBytes
        guard bytes != countedBytes else { return }
        worker.countUnfinished(bytes - countedBytes)
        countedBytes = bytes
    }

    func shedUnfinished() {
        let refused = incoming
        refused?.dropBody()
        _ = parser.takeUnparsed()
        write(
            .overload("The hub is short of memory; try again."), to: refused, keepAlive: false)
        countUnfinished()
    }
}

extension RequestHead {
    /// Whether a body is announced, even when no byte of it has come.
    var hasBody: Bool { framing != .none && framing != .length(0) }
}
