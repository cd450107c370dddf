// Incremental counts equal a full count.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct GroupedTicketCountsTests {
    private static let callers = [
        Caller(person: .ada), Caller(person: .tess),
        Caller(person: .tess, reachesAllTickets: true),
    ]

    private func filters() -> [TicketFilter] {
        var filters = [TicketFilter()]
        func add(_ change: (inout TicketFilter) -> Void) {
            var filter = TicketFilter()
            change(&filter)
            filters.append(filter)
        }
        add { $0.status = [.open] }
        add { $0.priority = [.urgent, .normal] }
        add { $0.category = [.incident] }
        add { $0.project = ["atlas"] }
        add { $0.assignedTo = [.nobody] }
        add { $0.assignedTo = [.person("t1"), .nobody] }
        add { $0.sla = [.paused, .breached] }
        return filters
    }

    /// By the definitions, except for counts that only the store knows.
    private func counts(
        _ snapshots: [Ticket], _ filter: TicketFilter, _ caller: Caller
    ) -> [Status: Int] {
        var anyStatus = filter
        anyStatus.status = []
        let counted = snapshots.filter {
            let isTheirs = $0.assignedTo == nil || $0.assignedTo?.id == caller.person.id
            return anyStatus.matches($0) && (caller.reachesWhatOthersHave || isTheirs)
        }
        return Dictionary(grouping: counted, by: \.status).mapValues(\.count)
    }

    private func requireTruth(_ grouped: GroupedTicketCounts, _ snapshots: [Ticket]) {
        for filter in filters() {
            for caller in Self.callers {
                #expect(
                    grouped.counts(of: filter, for: caller) == counts(snapshots, filter, caller))
            }
        }
    }

    @Test func `counts follow what happens to tickets`() throws {
        var grouped = GroupedTicketCounts()
        var snapshots: [Ticket] = []
        let states: [Status] = [.open, .inProgress, .waiting, .resolved, .closed]
        for (number, priority) in Priority.allCases.enumerated() {
            var conversation = try Conversation(priority: priority)
            grouped.move(from: nil, to: TicketGroup(conversation.snapshot))
            for status in states[0...(number + 1)] {
                let before = TicketGroup(conversation.snapshot)
                try conversation.send(.set { $0.status = status }, by: .ada)
                grouped.move(from: before, to: TicketGroup(conversation.snapshot))
            }
            let before = TicketGroup(conversation.snapshot)
            try conversation.send(.note("Only a note."), by: .tess)
            grouped.move(from: before, to: TicketGroup(conversation.snapshot))
            snapshots.append(conversation.snapshot)
            requireTruth(grouped, snapshots)
        }
    }

    @Test func `what lists do not count by is left to the store`() {
        let grouped = GroupedTicketCounts()
        let changes: [(inout TicketFilter) -> Void] = [
            { $0.client = ["c1"] }, { $0.tag = ["x"] }, { $0.watchedBy = "t1" },
            { $0.text = "fire" },
        ]
        for change in changes {
            var filter = TicketFilter()
            change(&filter)
            #expect(grouped.counts(of: filter, for: Caller(person: .ada)) == nil)
        }
        #expect(grouped.counts(of: TicketFilter(), for: Caller(person: .clara)) == nil)
    }
}
