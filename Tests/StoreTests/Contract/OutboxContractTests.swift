// The outbox of every store: entries with their events, leases, dead letters, notifications.

import Testing
import Text
import Tickets

@Suite struct OutboxContractTests {
    private static let hook = OutboxTarget.webhook("hooks.example/1")
    private static let start = Timestamp(milliseconds: 1_764_000_000_000)

    private static func at(_ seconds: Int64) -> Timestamp {
        start.advanced(byMilliseconds: seconds * 1000)
    }

    /// A ticket whose events each have an entry for people and one for a webhook.
    private static func fill(
        _ opener: any TicketStoreOpener, count: Int, _ journal: InMemoryJournal = InMemoryJournal()
    ) throws -> Ticket {
        let id = try journal.create().id
        for number in 1..<count { try journal.say("line \(number)", on: id) }
        var batch = journal.takeBatch()
        batch.outbox = batch.events.flatMap { event in
            [
                OutboxEntry(
                    target: .people, ticket: id, seq: event.seq, at: event.at,
                    recipients: [Recipient(person: InMemoryJournal.tech, kind: .reply)]),
                OutboxEntry(target: hook, ticket: id, seq: event.seq, at: event.at),
            ]
        }
        try opener.openStore().commit(batch)
        return try #require(journal.snapshots[id])
    }

    private static func take(
        _ store: any OutboxStore, _ target: OutboxTarget = hook, at seconds: Int64,
        lease: Int64 = 30, limit: Int = 100
    ) throws -> [LeasedEntry] {
        try store.take(
            target, now: at(seconds), leasedUntil: at(seconds + lease), limit: limit)
    }

    @Test(arguments: StoreUnderTest.all)
    func `entries are there with their events, each for its target`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let snapshot = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let people = try Self.take(store, .people, at: 0)
            #expect(people.compactMap { $0.entry?.seq }.sorted() == [1, 2, 3])
            #expect(
                people.allSatisfy { $0.entry?.recipients.map(\.person) == [InMemoryJournal.tech] })
            #expect(try Self.take(store, at: 0).count == 3)
            #expect(try Self.take(store, .mail, at: 0).isEmpty)
            // The outbox leaves no trace in the events.
            let events = try opener.openStore().events(of: snapshot.id, after: 0, limit: 9)
            #expect(events.count == 3)
            let found = try #require(try store.event(2, of: snapshot.id))
            #expect(found.event == events[1] && found.snapshot == snapshot)
            #expect(try store.event(4, of: snapshot.id) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `events of a ticket reach a webhook one behind the other`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let journal = InMemoryJournal()
            // More than nine, which no order of texts sorts.
            let snapshot = try Self.fill(opener, count: 12, journal)
            let other = try Self.fill(opener, count: 2, journal)
            let store = try opener.openOutbox()
            func order(_ taken: [LeasedEntry], _ ticket: Ticket) -> [Int] {
                taken.compactMap(\.entry).filter { $0.ticket == ticket.id }.map(\.seq)
            }
            let taken = try Self.take(store, at: 100)
            #expect(order(taken, snapshot) == Array(1...12))
            // The third fails, and is due again in an hour; those behind it were not tried.
            let results = taken.map { leased -> OutboxResult in
                guard let entry = leased.entry, entry.ticket == snapshot.id else {
                    return OutboxResult(leased, .released)
                }
                switch entry.seq {
                case 1, 2: return OutboxResult(leased, .sent)
                case 3: return OutboxResult(leased, .retry(at: Self.at(3600), reason: "down"))
                default: return OutboxResult(leased, .released)
                }
            }
            _ = try store.settle(results, now: Self.at(100))
            let next = try Self.take(store, at: 200)
            #expect(order(next, snapshot).isEmpty, "nothing overtakes the third")
            #expect(order(next, other) == [1, 2], "another ticket does not wait")
            #expect(next.map(\.due) == next.compactMap { $0.entry?.at }, "due as before")
            _ = try store.settle(next.map { OutboxResult($0, .sent) }, now: Self.at(200))
            #expect(order(try Self.take(store, at: 3600), snapshot) == Array(3...12))
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `seq decides within a ticket, whatever is due first`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 12)
            let store = try opener.openOutbox()
            let first = try #require(try Self.take(store, at: 0, limit: 1).first)
            #expect(first.entry?.seq == 1)
            // Its new time is after that of those behind it.
            let retry = OutboxOutcome.retry(at: Self.at(60), reason: "down")
            _ = try store.settle([OutboxResult(first, retry)], now: Self.at(1))
            #expect(try Self.take(store, at: 59).isEmpty)
            for seq in 1...12 {
                let next = try Self.take(store, at: 60, limit: 1)
                #expect(next.compactMap { $0.entry?.seq } == [seq])
                _ = try store.settle(next.map { OutboxResult($0, .sent) }, now: Self.at(60))
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `of an interrupted lease only the first entry was tried`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 4)
            let store = try opener.openOutbox()
            let taken = try Self.take(store, at: 0)
            _ = try store.settle([OutboxResult(taken[0], .sent)], now: Self.at(1))
            for round in 1...5 {
                let again = try Self.take(store, at: Int64(round) * 100)
                #expect(again.compactMap { $0.entry?.seq } == [2, 3, 4])
                #expect(again.map(\.attempts) == [round + 1, 1, 1])
            }
            let released = try Self.take(store, at: 1000).map { OutboxResult($0, .released) }
            _ = try store.settle(released, now: Self.at(1001))
            let last = try Self.take(store, at: 1002)
            #expect(last.count == 3 && last.allSatisfy { !$0.isRetaken })
        }
    }

    // MARK: A clock that is set back

    @Test(arguments: StoreUnderTest.all)
    func `what a clock ahead wrote does not wait for its time`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let journal = InMemoryJournal()
            journal.now = Self.at(600)
            let ticket = try Self.fill(opener, count: 11, journal)
            let store = try opener.openOutbox()
            #expect(try Self.take(store, at: 0).isEmpty)
            try store.bringForward(
                Self.hook, now: Self.at(0), leasedUntil: Self.at(30), by: 0)
            #expect(try Self.take(store, at: 0).compactMap { $0.entry?.seq } == Array(1...11))
            #expect(try Self.take(store, .people, at: 0).isEmpty, "each target for itself")
            // Leased by a clock ahead, and not settled: the lease of now has ended before.
            try store.bringForward(
                Self.hook, now: Self.at(-600), leasedUntil: Self.at(-570), by: 0)
            let again = try Self.take(store, at: -600)
            #expect(again.count == 11 && again.allSatisfy { $0.entry?.ticket == ticket.id })
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a valid lease and a later try stay as they are`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 2)
            let store = try opener.openOutbox()
            let taken = try Self.take(store, .people, at: 0, limit: 1)
            let failed = try Self.take(store, .people, at: 0, limit: 1)
            let retry = OutboxOutcome.retry(at: Self.at(900), reason: "down")
            _ = try store.settle(failed.map { OutboxResult($0, retry) }, now: Self.at(1))
            try store.bringForward(
                .people, now: Self.at(2), leasedUntil: Self.at(32), by: 0)
            #expect(try Self.take(store, .people, at: 2).isEmpty)
            // The clock was ten minutes ahead when the try was set.
            try store.bringForward(
                .people, now: Self.at(2), leasedUntil: Self.at(32), by: 600_000)
            #expect(try Self.take(store, .people, at: 299).map(\.id) == taken.map(\.id))
            #expect(try Self.take(store, .people, at: 300).map(\.id) == failed.map(\.id))
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `unread entries are counted`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            func waiting() throws -> [ExactText: Int] {
                Dictionary(
                    uniqueKeysWithValues: try store.depths().map { ($0.target, $0.count) })
            }
            #expect(try waiting() == ["people": 3, Self.hook.name: 3])
            let sent = try Self.take(store, at: 0, limit: 2).map { OutboxResult($0, .sent) }
            _ = try store.settle(sent, now: Self.at(0))
            #expect(try waiting() == ["people": 3, Self.hook.name: 1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `people do not wait for one another`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let taken = try Self.take(store, .people, at: 0)
            let first = try #require(taken.first { $0.entry?.seq == 1 })
            let results = taken.map { leased in
                OutboxResult(
                    leased,
                    leased.id == first.id
                        ? .retry(at: Self.at(3600), reason: "x") : .released)
            }
            _ = try store.settle(results, now: Self.at(0))
            #expect(try Self.take(store, .people, at: 1).compactMap { $0.entry?.seq } == [2, 3])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a leased entry is not leased again until the lease ends`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 2)
            let first = try opener.openOutbox()
            let second = try opener.openOutbox()
            let taken = try Self.take(first, at: 0)
            #expect(taken.map(\.attempts) == [1, 1])
            #expect(try Self.take(second, at: 29).isEmpty)
            let again = try Self.take(second, at: 31)
            #expect(Set(again.map(\.id)) == Set(taken.map(\.id)))
            #expect(again.map(\.attempts) == [2, 1], "a crash interrupts one delivery")
            #expect(again.allSatisfy { $0.isRetaken })
            // The first comes back too late, and changes nothing.
            let late = taken.map { OutboxResult($0, .dead(reason: "late")) }
            #expect(try first.settle(late, now: Self.at(32)).isEmpty)
            let results = again.map { OutboxResult($0, .sent) }
            #expect(try second.settle(results, now: Self.at(32)).count == 2)
            #expect(try second.list(.dead, limit: 9).isEmpty)
            #expect(try Self.take(first, at: 1000).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a limit leaves the rest to others`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 5)
            let first = try opener.openOutbox()
            let second = try opener.openOutbox()
            let mine = try Self.take(first, .people, at: 0, limit: 2).map(\.id)
            let others = try Self.take(second, .people, at: 0).map(\.id)
            #expect(mine.count == 2 && others.count == 3)
            #expect(Set(mine).isDisjoint(with: others))
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a failure comes back when it is due`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 1)
            let store = try opener.openOutbox()
            let entry = try #require(try Self.take(store, at: 0).first)
            let retry = OutboxOutcome.retry(at: Self.at(60), reason: "no answer")
            #expect(try store.settle([OutboxResult(entry, retry)], now: Self.at(1)) == [entry.id])
            #expect(try Self.take(store, at: 59).isEmpty)
            let line = try #require(
                try store.list(.waiting, limit: 9).first { $0.target == Self.hook.name })
            #expect(line.reason == "no answer" && line.attempts == 1 && line.at == Self.at(60))
            let again = try #require(try Self.take(store, at: 60).first)
            #expect(again.attempts == 2)
            // Given back untried, it is due at once and the try is not counted.
            _ = try store.settle([OutboxResult(again, .released)], now: Self.at(61))
            #expect(try Self.take(store, at: 61).first?.attempts == 2)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `dead letters stay until they are replayed`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let results = try Self.take(store, at: 0).map {
                OutboxResult($0, .dead(reason: "gone for good"))
            }
            #expect(try store.settle(results, now: Self.at(1)).count == 3)
            #expect(try Self.take(store, at: 100_000).isEmpty)
            #expect(
                try store.depths().contains(
                    OutboxDepth(target: Self.hook.name, state: .dead, count: 3)))
            let dead = try store.list(.dead, limit: 2)
            #expect(dead.count == 2 && dead.allSatisfy { $0.reason == "gone for good" })
            #expect(try store.replay([dead[0].id, "nobody's"], now: Self.at(50)) == 1)
            #expect(try store.replay(nil, now: Self.at(50)) == 2)
            let again = try Self.take(store, at: 50)
            #expect(again.count == 3 && again.allSatisfy { $0.attempts == 1 })
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `what is old is forgotten, what waits never`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let taken = try Self.take(store, at: 0)
            let outcomes: [OutboxOutcome] = [.sent, .dead(reason: "x"), .released]
            let results = zip(taken, outcomes).map { OutboxResult($0, $1) }
            _ = try store.settle(results, now: Self.at(0))
            let (past, future) = (Self.at(-9), Self.at(999_999))
            try store.purge(sent: past, dead: past, notifications: past)
            #expect(try store.list(.sent, limit: 9).count == 1)
            #expect(try store.list(.dead, limit: 9).count == 1)
            try store.purge(sent: future, dead: future, notifications: future)
            #expect(try store.list(.sent, limit: 9).isEmpty)
            #expect(try store.list(.dead, limit: 9).isEmpty)
            #expect(try store.list(.waiting, limit: 9).count == 4)
        }
    }

    // MARK: Notifications

    private static func notifications(
        _ store: any OutboxStore, _ snapshot: Ticket, _ kinds: [NotificationKind],
        for person: Person
    ) throws -> [TicketNotification] {
        try kinds.enumerated().map { index, kind in
            let (event, snapshot) = try #require(try store.event(index + 1, of: snapshot.id))
            return TicketNotification(
                serial: Int64(index + 1), recipient: Recipient(person: person, kind: kind),
                event: event, snapshot: snapshot, as: person.role.isStaff ? .staff : .client)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a notification is written once, and read back as it was`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let snapshot = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let notifications = try Self.notifications(
                store, snapshot, [.created, .mention], for: InMemoryJournal.tech)
            let mail = OutboxEntry(
                target: .mail, ticket: snapshot.id, seq: 2, at: Self.start,
                recipients: [Recipient(person: InMemoryJournal.tech, kind: .mention)])
            #expect(try store.deposit(notifications, [mail]) == notifications)
            #expect(try store.deposit(notifications, [mail]).isEmpty)
            #expect(try Self.take(store, .mail, at: 0).map(\.entry) == [mail])
            let reader = try opener.openReader()
            let page = try reader.notifications(
                NotificationQuery(.newest, limit: 9, caller: Caller(person: InMemoryJournal.tech)))
            #expect(page.notifications == notifications && !page.more)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `pages go either way and end where they say`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let snapshot = try Self.fill(opener, count: 5)
            let store = try opener.openOutbox()
            let kinds = [NotificationKind](repeating: .reply, count: 5)
            _ = try store.deposit(
                try Self.notifications(store, snapshot, kinds, for: InMemoryJournal.tech), [])
            _ = try store.deposit(
                try Self.notifications(store, snapshot, [.reply], for: InMemoryJournal.admin).map {
                    var notification = $0
                    notification.serial = 99
                    return notification
                }, [])
            try store.markRead(.these([2, 99]), of: InMemoryJournal.tech.id)
            let reader = try opener.openReader()
            func page(
                _ slice: NotificationQuery.Slice, limit: Int = 2, unread: Bool = false
            ) throws -> ([Int64], Bool) {
                let page = try reader.notifications(
                    NotificationQuery(
                        slice, limit: limit, caller: Caller(person: InMemoryJournal.tech),
                        unreadOnly: unread))
                return (page.notifications.map(\.serial), page.more)
            }
            #expect(try page(.newest) == ([4, 5], true))
            #expect(try page(.before(4)) == ([2, 3], true))
            #expect(try page(.before(2)) == ([1], false))
            #expect(try page(.after(0)) == ([1, 2], true))
            #expect(try page(.after(3)) == ([4, 5], false))
            #expect(try page(.newest, limit: 9, unread: true) == ([1, 3, 4, 5], false))
            try store.markRead(.upTo(4), of: InMemoryJournal.tech.id)
            #expect(try page(.newest, limit: 9, unread: true) == ([5], false))
            let other = try reader.notifications(
                NotificationQuery(
                    .newest, limit: 9, caller: Caller(person: InMemoryJournal.admin),
                    unreadOnly: true))
            #expect(other.notifications.map(\.serial) == [99], "another's stays unread")
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `what is read of a ticket is read of it alone, and by that person alone`(
        _ kind: StoreUnderTest
    ) throws {
        try kind.open { opener in
            let snapshot = try Self.fill(opener, count: 5)
            let store = try opener.openOutbox()
            let kinds = [NotificationKind](repeating: .reply, count: 5)
            let mine = try Self.notifications(store, snapshot, kinds, for: InMemoryJournal.tech)
            let theirs = try Self.notifications(
                store, snapshot, [.reply, .reply], for: InMemoryJournal.admin)
            _ = try store.deposit(
                mine
                    + theirs.map {
                        var notification = $0
                        notification.serial += 90
                        return notification
                    }, [])
            let reader = try opener.openReader()
            func unread(_ person: Person) throws -> [Int] {
                try reader.notifications(
                    NotificationQuery(
                        .newest, limit: 9, caller: Caller(person: person), unreadOnly: true)
                ).notifications.map(\.seq)
            }
            let seqs = mine.map(\.seq)
            let other = TicketID(high: 1, low: 2)
            try store.markRead([])
            try store.markRead([
                ReadMark(ticket: snapshot.id, person: InMemoryJournal.tech.id, seq: seqs[1]),
                ReadMark(ticket: other, person: InMemoryJournal.tech.id, seq: .max),
                ReadMark(ticket: snapshot.id, person: "nobody", seq: .max),
            ])
            #expect(try unread(InMemoryJournal.tech) == Array(seqs[2...]))
            #expect(try unread(InMemoryJournal.admin) == theirs.map(\.seq))
            try store.markRead([
                ReadMark(ticket: snapshot.id, person: InMemoryJournal.tech.id, seq: .max)
            ])
            #expect(try unread(InMemoryJournal.tech) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `access is asked for when notifications are shown`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let journal = InMemoryJournal()
            let mine = try journal.create(title: "mine")
            let theirs = try journal.create(
                by: InMemoryJournal.otherClient, title: "theirs", project: "far")
            try journal.say("a note", on: mine.id, isInternal: true)
            try opener.openStore().commit(journal.takeBatch())
            let store = try opener.openOutbox()
            var notifications: [TicketNotification] = []
            for (ticket, seq, person) in [
                (mine, 1, InMemoryJournal.client), (theirs, 1, InMemoryJournal.client),
                (mine, 2, InMemoryJournal.tech),
            ] {
                let (event, snapshot) = try #require(try store.event(seq, of: ticket.id))
                notifications.append(
                    TicketNotification(
                        serial: Int64(notifications.count + 1),
                        recipient: Recipient(person: person, kind: .note), event: event,
                        snapshot: snapshot, as: person.role.isStaff ? .staff : .client))
            }
            _ = try store.deposit(notifications, [])
            let reader = try opener.openReader()
            func serials(_ person: Person, _ projects: [ExactText] = []) throws -> [Int64] {
                let caller = Caller(person: person, projects: projects)
                return try reader.notifications(
                    NotificationQuery(.newest, limit: 9, caller: caller)
                )
                .notifications.map(\.serial)
            }
            #expect(try serials(InMemoryJournal.client) == [1])
            #expect(try serials(InMemoryJournal.client, ["far"]) == [1, 2])
            #expect(try serials(InMemoryJournal.tech) == [3])
            // Who has become a client since reads no notes.
            let demoted = Person(id: InMemoryJournal.tech.id, name: "Théo", role: .client)
            #expect(try serials(demoted, ["print"]) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a burst is known by what is unread and recent`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let snapshot = try Self.fill(opener, count: 3)
            let store = try opener.openOutbox()
            let person = InMemoryJournal.tech.id
            func isTold(since: Int64, before seq: Int) throws -> Bool {
                try store.hasUnread(
                    [.reply, .note], of: person, on: snapshot.id, since: Self.at(since), before: seq
                )
            }
            _ = try store.deposit(
                try Self.notifications(
                    store, snapshot, [.mention, .reply], for: InMemoryJournal.tech), [])
            #expect(try isTold(since: -60, before: 3))
            #expect(try !isTold(since: -60, before: 2), "a mention is no part of a burst")
            #expect(try !isTold(since: 60, before: 3))
            try store.markRead(.upTo(2), of: person)
            #expect(try !isTold(since: -60, before: 3))
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `contacts are kept, the newest of each person`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try opener.openStore()
            let store = try opener.openOutbox()
            #expect(try store.contact(of: "cléa") == nil)
            let first = Contact(
                person: InMemoryJournal.otherClient, email: "clea@example.org", locale: "en",
                projects: ["a", "b"])
            let second = Contact(
                person: InMemoryJournal.otherClient, email: nil, locale: nil, projects: [])
            try store.save([])
            try store.save([first])
            #expect(try store.contact(of: "cléa") == first)
            try store.save([second])
            #expect(try store.contact(of: "cléa") == second)
        }
    }
}
