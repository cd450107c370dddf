// POST /api/upload: receives a form. Its bytes go to a file thread as they arrive. The unwritten
// bytes are bounded; above the bound the session stops reading.

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

final class UploadCall {
    let exchange: HTTPExchange
    private let worker: Worker
    private var identity: Identity?
    private var form: MultipartReader?
    /// Set when a file thread has the upload.
    private var upload: (address: ReplyAddress, thread: Int, file: FileID, reserved: Int)?
    private var fileName: String?
    private var isInFile = false
    private var prefix: [UInt8] = []
    private var size = 0
    /// Set when the uploader has sent an idempotency key: digest of the file's name, then of its
    /// bytes.
    private var key: (name: ExactText, digest: SHA256Stream)?
    private var storedKey: UploadKey?
    /// Why nothing is stored: the upload goes on only to learn whether it repeats one that is.
    private var failure: UploadFailure?
    private var unwritten = 0

    init(_ exchange: HTTPExchange, _ worker: Worker) {
        self.exchange = exchange
        self.worker = worker
        exchange.onAbandon = { [unowned self] in leave(isAborting: true) }
    }

    private var settings: UploadSettings { worker.context.settings.uploads }
    private var pool: FilePool { worker.context.pools.files }

    static func isUpload(_ head: RequestHead) -> Bool {
        head.method == "POST" && PathPattern.segments(head.path) == ["api", "upload"]
    }

    /// While true, the session stops reading from the uploader; this bounds memory.
    var isBehind: Bool { unwritten > UploadSettings.unwrittenBytesMax }

    // MARK: Receiving

    /// Refuses everything that can be refused before the first byte of the body.
    func begin() {
        let router = Router(worker: worker)
        guard router.admitsOrigin(of: exchange),
            let identity = router.identify(exchange, inQuery: false),
            router.admitsCoding(of: exchange)
        else { return }
        self.identity = identity
        do throws(HTTPError) {
            form = try MultipartReader(contentType: exchange.head.headers.text("content-type"))
        } catch {
            return refuse(.badRequest, error.reason, status: error.status)
        }
        do throws(TicketRejection) {
            key = try exchange.keyHeader().map { name throws(TicketRejection) in
                (try FieldReader.checkKey(name), SHA256Stream())
            }
        } catch {
            return exchange.refuse(error)
        }
        var reserved = settings.fileBytes
        if case .length(let length) = exchange.head.framing {
            guard length <= settings.fileBytes + UploadSettings.formBytesMax else {
                return refuseSize()
            }
            reserved = min(length, reserved)
        }
        let person = identity.caller.person.id
        guard pool.quota.enter(person, bytes: reserved, atMost: settings.concurrent) else {
            return refuse(
                .rateLimited, "\(settings.concurrent) uploads at a time are the limit.",
                status: 429)
        }
        let address = ReplyAddress(worker: worker.index, request: worker.uploads.enter(self))
        let file = FileID.make(at: Timestamp(milliseconds: wallClockMilliseconds()))
        let thread = pool.begin(UploadOpening(address: address, file: file, owner: person))
        upload = (address, thread, file, reserved)
    }

    func take(_ bytes: [UInt8]) {
        guard exchange.isOpen, form != nil else { return }
        do throws(HTTPError) {
            form?.append(bytes)
            while exchange.isOpen, let event = try form?.next() { try take(event) }
        } catch {
            refuse(.badRequest, error.reason, status: error.status, field: "file")
        }
    }

    private func take(_ event: MultipartEvent) throws(HTTPError) {
        switch event {
        case .begin(let part):
            guard ExactText(part.name) == "file" else {
                return refuse(
                    .badRequest, "There is no field “\(part.name.excerpt)” here.", status: 400,
                    field: part.name.excerpt)
            }
            guard fileName == nil else {
                throw HTTPError(status: 400, reason: "one file at a time can be uploaded")
            }
            do throws(TicketRejection) {
                let name = try FileName.cleaned(part.fileName ?? "")
                fileName = name
                key?.digest.append(Array(name.utf8) + [0])
            } catch {
                refuse(error.code, error.message, status: 400, field: error.field)
            }
            isInFile = true
        case .data(let bytes) where isInFile: keep(bytes)
        case .data: break
        case .end: isInFile = false
        }
    }

    private func keep(_ bytes: [UInt8]) {
        guard let upload else { return }
        size += bytes.count
        guard size <= settings.fileBytes else { return refuseSize() }
        FileType.extend(&prefix, with: bytes)
        key?.digest.append(bytes)
        guard failure == nil else { return }
        unwritten += bytes.count
        pool.post(.append(upload.address, bytes), to: upload.thread)
    }

    /// The body is complete.
    func end() {
        guard exchange.isOpen, let upload else { return }
        guard form?.isFinished == true else {
            return refuse(
                .badRequest, "The form ends before its last boundary.", status: 400, field: "file")
        }
        guard fileName != nil else {
            return refuse(.badRequest, "file is missing.", status: 400, field: "file")
        }
        // The token may have expired while the file arrived.
        guard let identity, identity.expiresAt > worker.nowSeconds else {
            return exchange.refuse(Authenticator.unauthorized)
        }
        form = nil
        guard let key else { return pool.post(.finish(upload.address), to: upload.thread) }
        storedKey = UploadKey(name: key.name, digest: Base64.encodeURL(key.digest.finish()))
        askForFirst { [self] in
            if let failure { return refuse(failure) }
            pool.post(.finish(upload.address), to: upload.thread)
        }
    }

    // MARK: Retries

    /// The journal's refusal for the second of two simultaneous uploads.
    static let keyTaken = TicketRejection(
        .keyMismatch, "This key belongs to another file.", field: "key")

    /// Answers with the file stored under the same key; runs `goOn` when there is none.
    private func askForFirst(_ goOn: @escaping () -> Void) {
        guard let storedKey, let owner = identity?.caller.person.id else { return }
        worker.requests.askFiles { store throws(StoreError) in
            try store.file(of: owner, key: storedKey.name)
        } then: { [self] (answer: Result<StoredFile?, TicketRejection>) in
            guard upload != nil else { return }
            switch answer {
            case .success(nil): return goOn()
            case .success(let first?) where first.key?.digest == storedKey.digest:
                respond(first.attachment, isReplay: true)
            case .success: exchange.refuse(Self.keyTaken)
            case .failure(let rejection): exchange.refuse(rejection)
            }
            leave(isAborting: true)
        }
    }

    /// A repeated upload needs no room and no quota. Without a file under its key it is refused at
    /// once, with the failure.
    private func goOnIfRepeated(_ failure: UploadFailure) {
        let wasBehind = isBehind
        self.failure = failure
        unwritten = 0
        if storedKey != nil { return askForFirst { [self] in refuse(failure) } }
        if wasBehind { exchange.connectionSession?.uploadCaughtUp(self) }
        guard let name = key?.name, let owner = identity?.caller.person.id else { return }
        worker.requests.askFiles { store throws(StoreError) in
            try store.file(of: owner, key: name) != nil
        } then: { [self] (answer: Result<Bool, TicketRejection>) in
            guard upload != nil else { return }
            if case .success(true) = answer { return }
            refuse(failure)
        }
    }

    private func respond(_ attachment: Attachment, isReplay: Bool) {
        exchange.respond(
            .json(status: 201) { json in
                json.attachmentFields(attachment)
                if isReplay { json.field("replayed", true) }
            }
            .with("Location", "/api/files/\(attachment.id)"))
    }

    // MARK: Answering

    func receive(_ report: UploadReport) {
        switch report {
        case .written(let count):
            let wasBehind = isBehind
            unwritten -= count
            if wasBehind, !isBehind { exchange.connectionSession?.uploadCaughtUp(self) }
        case .finished(let location): store(at: location)
        case .failed(let failure):
            guard key != nil, self.failure == nil else { return refuse(failure) }
            goOnIfRepeated(failure)
        }
    }

    private func refuse(_ failure: UploadFailure) {
        switch failure {
        case .diskFull:
            refuse(
                .unavailable, "There is no room for files now; tell the operator of this hub.",
                status: 507, retryAfter: 60)
        case .quota(let quota):
            refuse(
                .rateLimited, "Your quota is used up: \(quota).", status: 429, retryAfter: 3600)
        case .unavailable:
            refuse(
                .unavailable, "The store does not take files now; try again.", status: 503)
        }
    }

    private func store(at location: String) {
        guard let upload, let fileName, let identity else { return }
        let file = StoredFile(
            id: upload.file, name: fileName, type: FileType.of(prefix), size: size,
            owner: identity.caller.person.id, location: location, key: storedKey)
        worker.requests.store(file) { [self] outcome in
            switch outcome {
            case .success:
                pool.metrics.uploads.add(1)
                pool.metrics.uploadedBytes.add(size)
                respond(file.attachment, isReplay: false)
                leave(isAborting: false)
            case .failure(Self.keyTaken):
                askForFirst { [self] in
                    exchange.refuse(.unavailable("The file was not stored; try again."))
                    leave(isAborting: false)
                }
            case .failure(let rejection):
                // The bytes stay for a sweep: the entry may have been made after all.
                exchange.refuse(rejection)
                leave(isAborting: false)
            }
        }
    }

    private func refuseSize() {
        refuse(
            .tooLarge, "A file is over its limit of \(settings.fileBytes) bytes.", status: 413,
            field: "file")
    }

    private func refuse(
        _ code: TicketRejection.Code, _ message: String, status: Int, field: String? = nil,
        retryAfter: Int? = nil
    ) {
        var rejection = TicketRejection(code, message, field: field)
        if let retryAfter { rejection.retryAfter = retryAfter }
        exchange.refuse(rejection, status: status)
        leave(isAborting: true)
    }

    /// Runs exactly once, however the upload ends.
    private func leave(isAborting: Bool) {
        guard let upload, let identity else { return }
        self.upload = nil
        worker.uploads.leave(upload.address.request)
        pool.quota.leave(identity.caller.person.id, bytes: upload.reserved)
        if isAborting { pool.post(.abort(upload.address), to: upload.thread) }
    }
}
