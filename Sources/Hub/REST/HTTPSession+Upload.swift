// Requests whose body is not kept here but goes on as it comes: uploads.

import Reactor
import Wire

extension HTTPSession {
    /// What is still read, and dropped, of a body that has been refused: whoever sends first and
    /// listens then would else not hear why.
    var discardedBytesMax: Int {
        2 * (worker.context.settings.uploads.fileBytes + UploadSettings.formBytesMax)
    }

    func beginUpload(_ head: RequestHead) {
        // The call itself counts the file's bytes, and refuses in its own words.
        parser.setBodyLimit(.max / 2)
        let upload = UploadCall(Exchange(session: self, head: head, body: []), worker)
        self.upload = upload
        upload.begin()
    }

    func refuseUpload(_ exchange: Exchange, _ response: Response) {
        upload = nil
        isDiscarding = true
        send(response, to: exchange, keepAlive: false)
        release()
        if exchange.head.expectsContinue, bodyBytes == 0 { return end() }
        if case .length(let length) = exchange.head.framing, length > discardedBytesMax { end() }
    }

    /// It has been told long ago, and goes on sending.
    func hangUp() {
        isFinished = true
        connection?.closeNow()
    }

    func hold() {
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
}
