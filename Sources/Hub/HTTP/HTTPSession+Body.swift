// Request bodies: buffered, streamed to a call or discarded, depending on the request's head.

import Reactor
import Tickets
import Wire

extension HTTPSession {
    /// The head is judged before any byte of a body is kept.
    func beginBody(of exchange: HTTPExchange) {
        if UploadCall.isUpload(exchange.head) { return beginUpload(exchange) }
        guard exchange.head.hasBody else { return }
        _ = Router(worker: worker).admits(exchange)
    }

    private func beginUpload(_ exchange: HTTPExchange) {
        // The upload call counts the file's bytes, and refuses with its own message.
        parser.setBodyLimit(.max / 2)
        let upload = UploadCall(exchange, worker)
        state = .uploading(exchange, upload)
        upload.begin()
    }

    func take(_ bytes: [UInt8]) {
        times.bodyBytes += bytes.count
        switch state {
        case .receiving(let exchange): exchange.take(bytes)
        case .uploading(_, let upload):
            upload.take(bytes)
            // Unless the upload has just been refused.
            if case .uploading = state, upload.isBehind { hold() }
        case .discarding(let exchange, _):
            if times.bodyBytes > discardedBytesMax(of: exchange) { hangUp() }
        case .waiting, .answering, .finished: break
        }
    }

    // MARK: Answered early

    /// Bytes of a refused body that are read and dropped: a client that sends everything before it
    /// reads would otherwise miss the answer.
    private func discardedBytesMax(of exchange: HTTPExchange) -> Int {
        let settings = worker.context.settings
        let isUpload = UploadCall.isUpload(exchange.head)
        let most = isUpload ? settings.uploads.fileBytes : settings.requestBytes
        return 2 * (most + UploadSettings.formBytesMax)
    }

    /// A remainder this short is read, to keep the connection.
    private static let restBytesMax = 64 * 1024

    /// Answers a request whose body has not arrived.
    func finishEarly(_ exchange: HTTPExchange, _ response: Response) {
        exchange.dropBody()
        // From here on this session counts the bytes.
        parser.setBodyLimit(.max / 2)
        state = .discarding(exchange, Discard(answer: response))
        release()
        if !isPumping { sendEarlyAnswer() }
    }

    func sendEarlyAnswer() {
        guard case .discarding(let exchange, let discard) = state, let response = discard.answer
        else { return }
        let keepAlive = hasShortRest(exchange.head) && keepsAlive(after: exchange, response)
        state = .discarding(exchange, Discard(answer: nil, keepsConnection: keepAlive))
        send(response, to: exchange, keepAlive: keepAlive)
        // A client that waits for 100 may or may not send the body, so the connection ends.
        if exchange.head.expectsContinue, times.bodyBytes == 0 { return end() }
        if case .length(let length) = exchange.head.framing,
            length > discardedBytesMax(of: exchange)
        {
            end()
        }
    }

    /// The dropped body has ended.
    func endDiscarded(_ exchange: HTTPExchange, _ discard: Discard) {
        if let response = discard.answer {
            write(response, to: exchange, keepAlive: keepsAlive(after: exchange, response))
        } else if !discard.keepsConnection {
            return end()
        }
        conclude(to: nil)
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
        markFinished()
        connection?.closeNow()
    }

    // MARK: Uploads on hold

    private func hold() {
        if times.hold(at: worker.loop.now) { connection?.pauseReading() }
    }

    private func release() {
        if times.release(at: worker.loop.now) { connection?.resumeReading() }
    }

    func uploadCaughtUp(_ caller: UploadCall) {
        guard case .uploading(_, let upload) = state, upload === caller else { return }
        release()
        pump()
    }

    // MARK: Bytes in memory

    /// Bytes of an incomplete request. Upload bytes are bounded separately.
    private var unfinishedBytes: Int {
        switch state {
        case .answering, .finished: 0
        default: parser.bufferedBytes + (incoming?.body.count ?? 0)
        }
    }

    var unfinished: UnfinishedInput? {
        let since = incoming == nil ? times.requestSince : times.bodySince
        guard unfinishedBytes > 0, let since else { return nil }
        return UnfinishedInput(bytes: unfinishedBytes, since: since)
    }

    func countUnfinished() {
        let bytes = unfinishedBytes
        guard bytes != countedBytes else { return }
        worker.unfinishedInputs.count(bytes - countedBytes)
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
