// The single writer on a real SQLite file: events are durable before they are published; a key is
// stored once.

import Reactor
import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalTests {
    @Test func `a created ticket is durable, published to every worker and answered`() throws {
        let bench = try JournalBench()
        let decided = try #require(try bench.run(.create(.about("Jam"), by: .clara)).decided)
        #expect(decided.snapshot.ticket.number == 1001)
        #expect(!decided.isReplay)
        #expect(try bench.stored(decided.snapshot.ticket.id) == [decided.event])
        #expect(bench.published.map(\.event) == [decided.event])
        #expect(bench.publishedElsewhere.map(\.event) == [decided.event])
    }

    @Test func `numbers go on after a restart and from the store's highest`() throws {
        let bench = try JournalBench()
        #expect(try bench.create().number == 1001)
        #expect(try bench.create().number == 1002)
        #expect(try bench.restarted().create().number == 1003)
    }

    @Test func `a batch is decided in order, each command on what the one before made`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let outcomes = try bench.run([
            .edit(id, .act(.take), by: .tess), .edit(id, .act(.take), by: .theo),
            .edit(id, .say("a"), by: .tess), .edit(id, .say("b"), by: .clara),
        ])
        #expect(outcomes[0].decided?.event?.seq == 2)
        #expect(outcomes[1].refusal?.code == .alreadyTaken)
        #expect(outcomes[1].refusal?.assignedTo == .tess)
        #expect(outcomes[2].decided?.event?.seq == 3)
        #expect(outcomes[3].decided?.event?.seq == 4)
        #expect(bench.store.commits == 2, "one write for the creation, one for the batch")
        #expect(try bench.stored(id).map(\.seq) == [1, 2, 3, 4])
        #expect(bench.published.map(\.event.seq) == [1, 2, 3, 4])
    }

    @Test func `a refused command writes nothing and publishes nothing`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        #expect(try bench.run(.edit(id, .note("x"), by: .clara)).refusal?.code == .forbidden)
        #expect(try bench.run(.edit(id, .say("x"), by: .colin)).refusal?.code == .notFound)
        let unknown = TicketID(high: 1, low: 1)
        #expect(try bench.run(.edit(unknown, .say("x"), by: .ada)).refusal?.code == .notFound)
        #expect(bench.store.commits == 1)
        #expect(bench.published.count == 1)
    }

    @Test func `asking for what already is succeeds without an event`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let outcome = try bench.run(.edit(id, .set { $0.priority = .normal }, by: .tess))
        let decided = try #require(outcome.decided)
        #expect(decided.event == nil)
        #expect(decided.snapshot.ticket.seq == 1)
        #expect(bench.published.count == 1)
    }

    @Test func `a ref names the ticket as its id does`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        let command = TicketCommand(
            caller: Person.tess.caller, request: .edit(.number(ticket.number), .say("x")), key: "k")
        #expect(try bench.run(command).decided?.event?.ticket == ticket.id)
        let again = try bench.run(.edit(ticket.id, .say("x"), by: .tess, key: "k"))
        #expect(again.decided?.isReplay == true)
        #expect(try bench.stored(ticket.id).count == 2)
    }

    // MARK: Keys

    @Test func `the same key again gets the first result`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let command = TicketCommand.edit(id, .say("once"), by: .tess, key: "k")
        let first = try #require(try bench.run(command).decided)
        for again in [try bench.run(command), try bench.restarted().run(command)] {
            let decided = try #require(again.decided)
            #expect(decided.isReplay)
            #expect(decided.event == first.event)
        }
        #expect(try bench.stored(id).count == 2)
        #expect(bench.published.count == 2)
    }

    @Test func `the same key twice in one batch is stored once`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let command = TicketCommand.edit(id, .say("once"), by: .tess, key: "k")
        let outcomes = try bench.run([command, command])
        #expect(outcomes[0].decided?.isReplay == false)
        #expect(outcomes[1].decided?.isReplay == true)
        #expect(outcomes[1].decided?.event == outcomes[0].decided?.event)
        #expect(try bench.stored(id).count == 2)
    }

    @Test func `a key's second creation is the first ticket`() throws {
        let bench = try JournalBench()
        let command = TicketCommand.create(.about("Jam"), by: .clara, key: "k")
        let outcomes = try bench.run([command, command]) + [try bench.run(command)]
        let tickets = Set(outcomes.compactMap { $0.decided?.snapshot.ticket.id })
        #expect(tickets.count == 1)
        #expect(outcomes.map { $0.decided?.isReplay } == [false, true, true])
        #expect(bench.published.count == 1)
    }

    @Test func `a key with another content is a mismatch`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let outcomes = try bench.run([
            .edit(id, .say("one"), by: .tess, key: "k"),
            .edit(id, .say("two"), by: .tess, key: "k"),
        ])
        #expect(outcomes[1].refusal?.code == .keyMismatch)
        let later = try bench.run(.edit(id, .say("three"), by: .tess, key: "k"))
        #expect(later.refusal?.code == .keyMismatch)
        #expect(later.refusal?.field == "key")
    }

    @Test func `a key belongs to its author and its ticket`() throws {
        let bench = try JournalBench()
        let (one, other) = (try bench.create().id, try bench.create().id)
        let outcomes = try bench.run([
            .edit(one, .say("x"), by: .tess, key: "k"), .edit(one, .say("x"), by: .ada, key: "k"),
            .edit(other, .say("x"), by: .tess, key: "k"),
        ])
        #expect(outcomes.map { $0.decided?.isReplay } == [false, false, false])
    }

    @Test func `a refused command leaves its key free`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let first = try bench.run(.edit(id, .say("  "), by: .tess, key: "k"))
        #expect(first.refusal?.field == "body")
        #expect(try bench.run(.edit(id, .say("x"), by: .tess, key: "k")).decided?.isReplay == false)
    }

    // MARK: The compose guard, people and marks

    @Test func `stale carries what was missed, also of the same batch`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        try bench.run([.edit(id, .say("a"), by: .clara)])
        let outcomes = try bench.run([
            .edit(id, .say("b"), by: .clara), .edit(id, .say("answer").seen(1), by: .tess),
        ])
        let refusal = try #require(outcomes[1].refusal)
        #expect(refusal.code == .stale)
        #expect(refusal.missed.map(\.seq) == [2, 3])
        #expect(try bench.stored(id).count == 3)
    }

    @Test func `people seen in tokens are durable and known after a restart`() throws {
        let bench = try JournalBench()
        let guest = Person(id: "g9", name: "Guest", role: .technician)
        bench.context.journal.post(.seen(guest))
        bench.runOnce()
        #expect(try bench.restarted().context.directory.person("g9") == guest)
    }

    @Test func `a read mark is answered when it is durable`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let mark = ReadMark(ticket: id, person: "t1", seq: 1)
        bench.context.journal.post(
            .read(
                mark, by: Person.tess.caller,
                ReplyAddress(worker: 0, request: RequestID(rawValue: 900))))
        let commits = bench.store.commits
        let answers = bench.runOnce()
        #expect(bench.store.commits == commits + 1)
        guard case .success(nil)? = answers[900] else {
            Issue.record("the mark has no answer")
            return
        }
    }

    // MARK: Out of sight, and a client's own numbers

    @Test func `a replay after losing access answers the command, and nothing later`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        let moves: [(TicketCommand, lost: TicketCommand)] = [
            (
                .edit(id, .set { $0.assignedTo = .person("t2") }, by: .tess, key: "move"),
                .edit(id, .note("CANARY"), by: .theo)
            ),
            (
                .edit(id, .say("mine"), by: .theo, key: "said"),
                .edit(id, .set { $0.assignedTo = .person("t1") }, by: .ada)
            ),
        ]
        for (command, lost) in moves {
            let first = try #require(try bench.run(command).decided)
            #expect(!first.isOutOfSight)
            try bench.run(lost)
            let again = try #require(try bench.run(command).decided)
            #expect(again.isReplay && again.isOutOfSight)
            #expect(again.event == first.event)
        }
        // Another command under that key is told as little as any other about the ticket.
        let other = TicketCommand.edit(id, .say("else"), by: .theo, key: "said")
        #expect(try bench.run(other).refusal?.code == .notFound)
        #expect(try bench.run(.edit(id, .say("x"), by: .theo)).refusal?.code == .notFound)
    }

    @Test func `a client who has left a project repeats their leaving and sees nothing new`() throws
    {
        let bench = try JournalBench()
        let id = try bench.create().id
        let member = Caller(person: .colin, projects: ["atlas"])
        func watch(_ ids: [ExactText], as caller: Caller, key: ExactText) -> TicketCommand {
            TicketCommand(
                caller: caller, request: .edit(.id(id), .set { $0.watchers = ids }), key: key)
        }
        try bench.run(watch(["me"], as: member, key: "in"))
        let leaving = watch([], as: member, key: "out")
        #expect(try bench.run(leaving).decided?.isOutOfSight == false)
        for command in [leaving, watch(["me"], as: member, key: "in")] {
            let outsider = TicketCommand(
                caller: Person.colin.caller, request: command.request, key: command.key)
            #expect(try bench.run(outsider).decided?.isOutOfSight == true)
            #expect(try bench.run(command).decided?.isOutOfSight == false, "still in the project")
        }
    }

    @Test func `a key of a creation that moved on is still the first ticket's`() throws {
        let bench = try JournalBench()
        var new = NewTicket.about("For Clara")
        new.clientID = "c1"
        let command = TicketCommand.create(new, by: .tess, key: "k")
        let made = try #require(try bench.run(command).decided)
        try bench.run(.edit(made.snapshot.ticket.id, .act(.take), by: .theo))
        let again = try #require(try bench.run(command).decided)
        #expect(again.isOutOfSight && again.event == made.event)
        let other = try bench.run(.create(.about("Else"), by: .tess, key: "k"))
        #expect(other.refusal?.code == .keyMismatch)
    }

    @Test func `ifSeq is the end of the caller's own view`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        try bench.run([.edit(id, .say("a"), by: .clara), .edit(id, .note("b"), by: .tess)])
        func rename(_ title: String, at seq: Int, by person: Person) throws -> TicketRejection? {
            var edit = TicketEdit.set { $0.title = title }
            edit.expectedSeq = ExpectedVersions([seq])
            return try bench.run(.edit(id, edit, by: person)).refusal
        }
        #expect(try rename("A", at: 3, by: .clara)?.code == .conflict, "a note is nobody's news")
        #expect(try rename("B", at: 2, by: .tess)?.code == .conflict)
        #expect(try rename("C", at: 2, by: .clara) == nil)
        #expect(try rename("D", at: 4, by: .tess) == nil)
        // The seq of their own watching is known to a client from its acknowledgement.
        try bench.run([
            .edit(id, .note("c"), by: .tess), .edit(id, .set { $0.watchers = ["me"] }, by: .clara),
        ])
        #expect(try rename("E", at: 6, by: .clara)?.code == .conflict)
        #expect(try rename("F", at: 8, by: .clara)?.code == .conflict)
        #expect(try rename("G", at: 7, by: .clara) == nil)
    }

    @Test func `a mark ends where its reader's view ends`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        try bench.run([.edit(id, .say("a"), by: .clara), .edit(id, .note("b"), by: .tess)])
        for (person, end) in [(Person.clara, 2), (.tess, 3)] {
            let mark = ReadMark(ticket: id, person: person.id, seq: 99_999)
            bench.context.journal.post(.read(mark, by: person.caller, nil))
            bench.runOnce()
            let reads = try bench.reads(of: id)
            #expect(reads[person.id] == end)
        }
    }
}
