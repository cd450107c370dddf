// Bodies on their way in: kept, passed on, or dropped, as their heads deserve.

import Reactor
import Tickets
import Wire

extension HTTPSession {
    /// What comes after a body that is dropped.
    enum Rest { case thenEnd, thenNextRequest }

    /// The head is judged before any byte of a body is kept.
    func beginBody() {
        guard let exchange = incoming else { return }
        if UploadCall.isUpload(exchange.head) { return beginUpload(exchange) }
        guard exchange.head.hasBody else { return }
        _ = Router(worker: worker).admits(exchange)
    }

    private func beginUpload(_ exchange: HTTPExchange) {
        // The call itself counts the file's bytes, and refuses in its own words.
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

    /// What is still read, and dropped, of a body that has been refused: whoever sends first and
    /// listens then would else not hear why.
    private var discardedBytesMax: Int {
        let settings = worker.context.settings
        let isUpload = incoming.map { UploadCall.isUpload($0.head) } ?? false
        let most = isUpload ? settings.uploads.fileBytes : settings.requestBytes
        return 2 * (most + UploadSettings.formBytesMax)
    }

    /// So short a rest is worth the connection.
    private static let restBytesMax = 64 * 1024

    /// The answer to a request whose body has not come yet.
    func finishEarly(_ exchange: HTTPExchange, _ response: Response) {
        upload = nil
        exchange.dropBody()
        // From here on it is counted here.
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
        // Whoever waits to be told to go on may send the body all the same, or not: nobody knows.
        if exchange.head.expectsContinue, bodyBytes == 0 { return end() }
        if case .length(let length) = exchange.head.framing, length > discardedBytesMax { end() }
    }

    /// The body that was dropped has ended.
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

    /// Whoever sends too much is not asked for more.
    private func keepsAlive(after exchange: HTTPExchange, _ response: Response) -> Bool {
        response.status != 413 && keepsAlive(after: exchange)
    }

    private func hasShortRest(_ head: RequestHead) -> Bool {
        guard case .length(let length) = head.framing, !head.expectsContinue else { return false }
        return length <= Self.restBytesMax
    }

    /// It has been told long ago, and goes on sending.
    private func hangUp() {
        isFinished = true
        connection?.closeNow()
    }

    // MARK: An uploader that waits

    private func hold() {
        guard heldSince == nil else { return }
        heldSince = worker.loop.now
        connection?.pauseReading()
    }

    /// The time that we made it wait is not the uploader's.
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

    // MARK: What is held in memory

    /// Of a request that has not arrived whole. What an upload holds is bounded apart.
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
    /// One that is announced, whether or not a byte of it has come.
    var hasBody: Bool { framing != .none && framing != .length(0) }
}
