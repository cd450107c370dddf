// File entries: made when the bytes are durable, deleted when no ticket attached the file in time.
// Like people and read marks they are written with the next batch.

import Observability
import Reactor
import Text
import Tickets

/// Pending writes about files.
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
    /// The entries are durable: answers the uploaders and removes the bytes of deleted entries.
    func filesWritten() {
        answerUploads(.success(nil))
        if !accompanying.files.expired.isEmpty { outlets.files.remove(accompanying.files.expired) }
        accompanying.files = PendingFiles()
    }

    /// Their uploads have failed. The next sweep finds expired files again.
    func refuseFiles(_ refusal: TicketRejection) {
        answerUploads(.failure(refusal))
        accompanying.files = PendingFiles()
    }

    private func answerUploads(_ outcome: Result<Decided?, TicketRejection>) {
        for (_, reply) in accompanying.files.new { answer(reply, outcome) }
    }

    /// One file per key: the second of two simultaneous uploads gets a refusal.
    func note(_ file: StoredFile, _ reply: ReplyAddress) {
        guard !erasures.covers(file.owner) else {
            return answer(reply, .failure(Authenticator.unauthorized))
        }
        do throws(StoreError) {
            guard try !isTaken(file) else { return answer(reply, .failure(UploadCall.keyTaken)) }
            accompanying.files.new.append((file, reply))
        } catch {
            log.error("store_failed", [("reason", error.description)])
            answer(reply, .failure(.unavailable("The store does not answer now; try again.")))
        }
    }

    /// Drops pending files of a person who is being erased.
    func dropFiles(of person: ExactText) {
        let theirs = accompanying.files.new.filter { $0.file.owner == person }
        accompanying.files.new.removeAll { $0.file.owner == person }
        for (_, reply) in theirs { answer(reply, .failure(Authenticator.unauthorized)) }
    }

    private func isTaken(_ file: StoredFile) throws(StoreError) -> Bool {
        guard let key = file.key?.name else { return false }
        let isComing = accompanying.files.new.contains { other in
            other.file.key?.name == key && other.file.owner == file.owner
        }
        if isComing { return true }
        return try store.file(of: file.owner, key: key) != nil
    }

    private func answer(
        _ reply: ReplyAddress, _ outcome: Result<Decided?, TicketRejection>
    ) {
        outlets.reply(reply, outcome)
    }

    /// The files that a batch of commands names, for the rules.
    func files(
        named commands: ArraySlice<PendingCommand>
    ) throws(StoreError) -> [FileID: StoredFile] {
        let most = settings.content.attachments
        let ids = commands.flatMap { $0.command.attachments.prefix(most) }
        return ids.isEmpty ? [:] : try store.files(ids)
    }
}
