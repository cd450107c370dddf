// Redactions through the journal: permission, answer, and retries of redacted messages.

import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalRedactionTests {
    private func redact(
        _ id: TicketID, _ seq: Int, by person: Person = .tess, reason: String = "a password",
        key: ExactText? = nil
    ) -> TicketCommand {
        TicketCommand(
            caller: person.caller, request: .redact(.id(id), seq: seq, reason: reason), key: key)
    }

    @Test func `a redaction is an event that leaves a mark`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        _ = try bench.run(.edit(id, .say("hunter2"), by: .clara))
        let decided = try #require(try bench.run(redact(id, 2)).decided)
        let event = try #require(decided.event)
        #expect(event.kind == .redaction && event.seq == 3 && event.redaction?.seq == 2)
        #expect(event.isPublic)
        #expect(decided.snapshot.ticket.activity.lastMessage?.excerpt == "")
        let stored = try bench.stored(id)
        #expect(stored[1].message?.body == "" && stored[1].message?.redacted?.by == .tess)
        #expect(Ticket.fold(stored) == decided.snapshot.ticket)
        // Again: nothing is left to take.
        #expect(try bench.run(redact(id, 2)).decided?.event == nil)
        #expect(try bench.run(redact(id, 1)).decided?.snapshot.ticket.description == "")
    }

    @Test func `only staff with access redact, and only what was said`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        _ = try bench.run(.edit(id, .act(.take), by: .tess))
        #expect(try bench.run(redact(id, 1, by: .clara)).refusal?.code == .forbidden)
        #expect(try bench.run(redact(id, 1, by: .colin)).refusal?.code == .notFound)
        #expect(try bench.run(redact(id, 1, by: .theo)).refusal?.code == .notFound)
        for seq in [0, 2, 3, .max] {
            #expect(try bench.run(redact(id, seq)).refusal?.field == "seq")
        }
        #expect(try bench.run(redact(id, 1, reason: " ")).refusal?.field == "reason")
        let long = String(repeating: "x", count: 501)
        #expect(try bench.run(redact(id, 1, reason: long)).refusal?.code == .tooLarge)
        #expect(try bench.stored(id).count == 2)
    }

    @Test func `a retry of a redacted command is a replay, whatever its body`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let said = TicketCommand.edit(id, .say("hunter2"), by: .clara, key: "k")
        _ = try bench.run(said)
        _ = try bench.run(redact(id, 2, key: "r"))
        for retry in [said, .edit(id, .say("else"), by: .clara, key: "k")] {
            let decided = try #require(try bench.run(retry).decided)
            #expect(decided.isReplay && decided.event?.seq == 2)
            #expect(decided.event?.message?.body == "" && decided.event?.fingerprint == 0)
        }
        #expect(try bench.run(redact(id, 2, key: "r")).decided?.isReplay == true)
        #expect(try bench.run(redact(id, 1, key: "r")).refusal?.code == .keyMismatch)
    }

    @Test func `a message and its redaction may come in one batch`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let outcomes = try bench.run([
            .edit(id, .note("hunter2"), by: .tess), redact(id, 2), redact(id, 2),
        ])
        #expect(outcomes[1].decided?.event?.isPublic == false, "Clients did not see the note.")
        #expect(outcomes[2].decided != nil && outcomes[2].decided?.event == nil)
        let stored = try bench.stored(id)
        #expect(stored.map(\.seq) == [1, 2, 3] && stored[1].message?.body == "")
    }
}
