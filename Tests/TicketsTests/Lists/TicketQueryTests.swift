// Filters, orders and the cursors between pages.

import TestSupport
import Testing
import Text
import Tickets

struct TicketQueryTests {
    private func filter(_ change: (inout TicketFilter) -> Void) -> TicketFilter {
        var filter = TicketFilter()
        change(&filter)
        return filter
    }

    private func ticket() throws -> Ticket {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(
            .set {
                $0.tags = ["paper", "toner"]
                $0.watchers = ["t2"]
            }, by: .ada)
        return conversation.snapshot
    }

    @Test func `an empty filter asks nothing`() throws {
        #expect(TicketFilter().matches(try ticket()))
    }

    @Test func `each field finds and leaves out`() throws {
        let ticket = try ticket()
        let pairs: [(finds: TicketFilter, leavesOut: TicketFilter)] = [
            (filter { $0.status = [.inProgress] }, filter { $0.status = [.open] }),
            (filter { $0.priority = [.normal] }, filter { $0.priority = [.high] }),
            (filter { $0.category = [.incident] }, filter { $0.category = [.change] }),
            (filter { $0.project = ["atlas"] }, filter { $0.project = ["Atlas"] }),
            (filter { $0.client = ["c1"] }, filter { $0.client = ["c2"] }),
            (filter { $0.assignedTo = [.person("t1")] }, filter { $0.assignedTo = [.nobody] }),
            (filter { $0.watchedBy = "t2" }, filter { $0.watchedBy = "t1" }),
            (filter { $0.tag = ["toner"] }, filter { $0.tag = ["ton"] }),
            (filter { $0.sla = [.ok] }, filter { $0.sla = [.breached] }),
            (filter { $0.text = "not sta" }, filter { $0.text = "smoke" }),
        ]
        for pair in pairs {
            #expect(pair.finds.matches(ticket), "\(pair.finds)")
            #expect(!pair.leavesOut.matches(ticket), "\(pair.leavesOut)")
        }
    }

    @Test func `values are alternatives, fields narrow`() throws {
        let ticket = try ticket()
        #expect(filter { $0.status = [.open, .inProgress] }.matches(ticket))
        #expect(filter { $0.assignedTo = [.nobody, .person("t1")] }.matches(ticket))
        #expect(filter { $0.tag = ["x", "paper"] }.matches(ticket))
        let both = filter {
            $0.status = [.inProgress]
            $0.priority = [.urgent]
        }
        #expect(!both.matches(ticket))
    }

    @Test func `a filter by technician does not find unassigned tickets`() throws {
        let unassigned = try Conversation().snapshot
        #expect(filter { $0.assignedTo = [.nobody] }.matches(unassigned))
        #expect(!filter { $0.assignedTo = [.person("t1")] }.matches(unassigned))
    }

    @Test(arguments: ["T-1042", "t-1042", "PRINTER", "does not", "clara"])
    func `text looks into ref, title, description and client, without case`(text: String) throws {
        #expect(filter { $0.text = text }.matches(try ticket()))
    }

    @Test func `every ticket is in one class of SLA`() throws {
        var conversation = try Conversation()
        #expect(conversation.snapshot.slaFilter == .ok)
        conversation.wait(minutes: 180)
        conversation.ring()
        #expect(conversation.snapshot.slaFilter == .warning)
        conversation.wait(minutes: 60)
        conversation.ring()
        #expect(conversation.snapshot.slaFilter == .breached)
        try conversation.send(.say("Sorry").and(.wait), by: .tess)
        #expect(conversation.snapshot.slaFilter == .paused)
        try conversation.send(.act(.resolve), by: .tess)
        #expect(conversation.snapshot.slaFilter == .ok)
    }

    // MARK: Orders

    @Test func `urgency puts the overdue first, then the next deadline, priority, age`() throws {
        let calm = try Conversation(priority: .low).snapshot
        let pressing = try Conversation(priority: .urgent).snapshot
        var late = try Conversation(priority: .low)
        late.wait(minutes: 100_000)
        late.ring()
        let values = [late.snapshot, pressing, calm].map {
            TicketSort.urgency.values(of: $0, for: .staff)
        }
        #expect(values[0].lexicographicallyPrecedes(values[1]))
        #expect(values[1].lexicographicallyPrecedes(values[2]))
        #expect(values[1] == [1, Timestamp.start.plus(minutes: 30).milliseconds, 3, values[1][3]])
    }

    @Test func `what is not due sorts after all deadlines`() throws {
        let resolved = try Conversation(.resolved).snapshot
        #expect(resolved.sortValue(.nextDueAt, for: .staff) == TicketSort.noDeadline)
    }

    @Test func `updatedAt is the audience's own`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 5)
        try conversation.send(.note("Psst"), by: .tess)
        let sort = TicketSort.updatedAtDescending
        #expect(
            sort.values(of: conversation.snapshot, for: .client) == [Timestamp.start.milliseconds])
        #expect(
            sort.values(of: conversation.snapshot, for: .staff) == [conversation.now.milliseconds])
    }

    @Test func `priority sorts low to urgent, and back with a minus`() throws {
        #expect(Priority.allCases.map(\.rank) == [0, 1, 2, 3])
        #expect(TicketSort.priority.keys.first?.ascending == true)
        #expect(TicketSort.priorityDescending.keys.first?.ascending == false)
        #expect(TicketSort(rawValue: "-priority") == .priorityDescending)
    }

    @Test func `the longest wait comes first, and tickets without a wait last`() throws {
        var answered = try Conversation(.inProgress, heldBy: .tess)
        try answered.send(.say("On my way"), by: .tess)
        let snapshots = [
            answered.snapshot, try Conversation(at: .start.plus(minutes: 10)).snapshot,
            try Conversation().snapshot,
        ]
        let values = snapshots.map { TicketSort.waitingSince.values(of: $0, for: .staff) }
        #expect(values[2].lexicographicallyPrecedes(values[1]))
        #expect(values[1].lexicographicallyPrecedes(values[0]))
        #expect(values[0].first == TicketSort.nobodyWaits)
        #expect(TicketSort(rawValue: "-waitingSince") == .waitingSinceDescending)
    }

    // MARK: Cursors

    @Test(arguments: TicketSort.allCases, Audience.allCases)
    func `a cursor comes back from its text`(sort: TicketSort, audience: Audience) throws {
        for ticket in [try ticket(), try Conversation(.closed).snapshot] {
            let cursor = TicketCursor(after: ticket, sort: sort, audience: audience)
            #expect(TicketCursor(cursor.text) == cursor)
        }
        let edges = sort.keys.map { $0.ascending ? Int64.max : .min }
        let cursor = TicketCursor(sort: sort, values: edges, id: TicketID(high: .max, low: .max))
        #expect(TicketCursor(cursor.text) == cursor)
    }

    @Test(arguments: [
        "", "~", "~~", "createdAt", "createdAt~", "createdAt~1", "createdAt~1~",
        "createdAt~1~xyz", "createdAt~~000000000000000000000001",
        "createdAt~x~000000000000000000000001", "createdAt~1.5~000000000000000000000001",
        "createdAt~1~2~000000000000000000000001", "createdAt~1~000000000000000000000001~",
        "createdAt~9223372036854775808~000000000000000000000001",
        "createdAt~-9223372036854775809~000000000000000000000001",
        "urgency~1~000000000000000000000001", "age~1~000000000000000000000001",
        "createdAt~1~00000000000000000000000g", "~~~~~~~~~~~~~~~~~~~~",
        "urgency~1~2~3~4~5~6~7~8~000000000000000000000001", "\u{0}~\u{0}~\u{0}",
    ])
    func `a text that no cursor has is nil`(text: String) {
        #expect(TicketCursor(ExactText(text)) == nil)
    }
}
