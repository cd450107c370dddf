// People and read marks: written with the next batch, or after it where each write is a trip to a
// server; then published.

import Observability
import Reactor
import Text
import Tickets

extension Journal {
    func note(_ person: Person) {
        guard !erasures.covers(person.id) else { return }
        accompanying.marks.note(person)
    }

    func note(_ mark: ReadMark, by caller: Caller, _ reply: ReplyAddress?) {
        guard !erasures.covers(mark.person) else {
            if let reply { outlets.reply(reply, .failure(Authenticator.unauthorized)) }
            return
        }
        // A mark beyond the log would hide later messages; one beyond the reader's view would
        // reveal how many events they do not see.
        let seq = min(mark.seq, newestSeq(of: mark.ticket, for: caller) ?? mark.seq)
        accompanying.marks.note(mark, seq: seq, reply)
    }

    private func newestSeq(of id: TicketID, for caller: Caller) -> Int? {
        if let snapshot = snapshots[id] { return snapshot.ticket.newestSeq(for: caller) }
        let stored = readIfPossible("a ticket") { () throws(StoreError) in
            try store.snapshot(of: id)
        }
        guard let ticket = stored ?? nil else { return nil }
        snapshots.insert(TicketSnapshot(ticket))
        return ticket.newestSeq(for: caller)
    }

    /// Drops pending writes about a person who is being erased.
    func dropPending(of person: ExactText) {
        accompanying.marks.drop(person)
        dropFiles(of: person)
    }

    /// Without events.
    func writeMarks() {
        if !health.isAway {
            do throws(StoreError) {
                _ = try write(DecisionBatch(nextNumber: nextNumber))
                return
            } catch {
                log.error("store_failed", [("reason", error.description)])
                storeFailed()
            }
        }
        let refusal = TicketRejection.unavailable("The store does not answer now.")
        answerReaders(.failure(refusal))
        refuseFiles(refusal)
    }

    /// The marks are durable: publishes them.
    func marksWritten() {
        for mark in accompanying.marks.marks {
            guard let person = directory.person(mark.person) else { continue }
            let signal = ReadSignal(ticket: mark.ticket, by: person, seq: mark.seq)
            outlets.tell(.read(signal))
        }
        accompanying.marks.removeWritten()
        answerReaders(.success(nil))
    }

    private func answerReaders(_ outcome: Result<Decided?, TicketRejection>) {
        for reply in accompanying.marks.takeWaiters() { outlets.reply(reply, outcome) }
    }
}

extension Ticket {
    fileprivate func newestSeq(for caller: Caller) -> Int {
        activity(for: caller.audience(of: self)).seq
    }
}
