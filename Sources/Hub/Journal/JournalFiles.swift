// Entries of files: made when their bytes are durable, forgotten when no ticket took them. Like
// people and read marks they ride along with whatever batch is due.

import Observability
import Reactor
import Text
import Tickets

/// What waits to be written about files.
struct PendingFiles {
    var new: [(file: StoredFile, reply: ReplyAddress)] = []
    var expired: [StoredFile] = []

    var isEmpty: Bool { new.isEmpty && expired.isEmpty }

    func add(to batch: inout StoreBatch) {
        batch.files = new.map(\.file)
        guard !expired.isEmpty else { return }
        let claims = batch.claims
        batch.expired = expired.map(\.id).filter { claims[$0] == nil }
    }
}

extension Journal {
    /// They are durable: whoever uploaded may hear it, and the bytes of the forgotten may go.
    func filesWritten() {
        answerUploads(.success(nil))
        if !files.expired.isEmpty { filePool.remove(files.expired) }
        files = PendingFiles()
    }

    /// Their uploads have failed. What has expired is found again by the next sweep.
    func refuseFiles(_ refusal: TicketRejection) {
        answerUploads(.failure(refusal))
        files = PendingFiles()
    }

    private func answerUploads(_ outcome: Result<Decided?, TicketRejection>) {
        for (_, reply) in files.new { answer(reply, outcome) }
    }

    /// One file a key: of two uploads at once with the same one, the second learns of the first.
    func note(_ file: StoredFile, _ reply: ReplyAddress) {
        guard !erasures.covers(file.owner) else {
            return answer(reply, .failure(Authenticator.unauthorized))
        }
        do throws(StoreError) {
            guard try !isTaken(file) else { return answer(reply, .failure(UploadCall.keyTaken)) }
            files.new.append((file, reply))
        } catch {
            log.error("store_failed", [("reason", error.description)])
            answer(reply, .failure(.unavailable("The store does not answer now; try again.")))
        }
    }

    /// Of somebody who is being erased.
    func dropFiles(of person: ExactText) {
        let theirs = files.new.filter { $0.file.owner == person }
        files.new.removeAll { $0.file.owner == person }
        for (_, reply) in theirs { answer(reply, .failure(Authenticator.unauthorized)) }
    }

    private func isTaken(_ file: StoredFile) throws(StoreError) -> Bool {
        guard let key = file.key?.name else { return false }
        let isComing = files.new.contains { other in
            other.file.key?.name == key && other.file.owner == file.owner
        }
        if isComing { return true }
        return try store.file(of: file.owner, key: key) != nil
    }

    private func answer(
        _ reply: ReplyAddress, _ outcome: Result<Decided?, TicketRejection>
    ) {
        workers[reply.worker].post(
            .journal([], [JournalReply(token: reply.token, outcome: outcome)]))
    }

    /// The files that a batch of commands names, for the rules to judge.
    func files(
        named commands: ArraySlice<PendingCommand>
    ) throws(StoreError) -> [FileID: StoredFile] {
        let most = settings.content.attachments
        let ids = commands.flatMap { $0.command.attachments.prefix(most) }
        return ids.isEmpty ? [:] : try store.files(ids)
    }
}
