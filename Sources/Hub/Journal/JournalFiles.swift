// Entries of files: made when their bytes are durable, forgotten when no ticket took them. Like
// people and read marks they ride along with whatever batch is due.

import Reactor
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
        for (_, reply) in files.new {
            workers[reply.worker].post(
                .journal([], [JournalReply(token: reply.token, outcome: outcome)]))
        }
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
