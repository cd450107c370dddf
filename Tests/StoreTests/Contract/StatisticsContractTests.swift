// Report counts in every store: equal to counts of the logs, for any batches.

import Foundation
import TestSupport
import Testing
import Text
import Tickets

@Suite struct StatisticsContractTests {
    private static let ever = CivilDay(number: 0)...CivilDay(number: 100_000)

    /// Commits all that the journal holds, with its counts, in batches of some events.
    private static func commitAll(
        _ journal: InMemoryJournal, to store: any TicketStore, eventsEach: Int
    ) throws {
        let whole = journal.takeBatch()
        var snapshots: [TicketID: Ticket] = [:]
        var rest = whole.events[...]
        while !rest.isEmpty {
            var batch = StoreBatch()
            for event in rest.prefix(eventsEach) {
                let snapshot = try #require(
                    snapshots[event.ticket].map { $0.applying(event) } ?? event.created)
                snapshots[event.ticket] = snapshot
                batch.events.append(event)
                batch.statistics.note(event, snapshot)
            }
            rest = rest.dropFirst(eventsEach)
            batch.snapshots = Set(batch.events.map(\.ticket)).compactMap { snapshots[$0] }
            try store.commit(batch)
        }
    }

    private static func filledJournal() throws -> InMemoryJournal {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 11)
        try journal.holdRandomConversations(count: 60, &random)
        _ = try journal.holdEveryKindOfEvent()
        return journal
    }

    @Test(arguments: StoreUnderTest.all, [3, 40])
    func `the counts are those of the logs`(_ kind: StoreUnderTest, _ eventsEach: Int) throws {
        let journal = try Self.filledJournal()
        try kind.open { opener in
            try Self.commitAll(journal, to: opener.openStore(), eventsEach: eventsEach)
            let reader = try opener.openReader()
            var expected = StatisticsChange()
            for log in journal.logs.values { expected.note(log: log) }
            #expect(try reader.storedStatistics() == expected)
            #expect(try reader.countedStatistics() == expected)
            #expect(expected.cells.count > 20)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `days and scopes are distinguished`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            var batch = StoreBatch()
            batch.people = [InMemoryJournal.tech]
            let scopes: [StatisticsScope] = [.all, .technician("a.b$c"), .project("Réseau:2")]
            for number in 100...103 {
                for scope in scopes {
                    let cell = StatisticsCell(day: CivilDay(number: number), scope: scope)
                    batch.statistics.add(StatisticsChange(cells: [cell: ["created": number]]))
                }
            }
            batch.events = [try InMemoryJournal().takeFirstEvent()]
            batch.snapshots = batch.events.compactMap(\.created)
            try store.commit(batch)
            let reader = try opener.openReader()
            let days = CivilDay(number: 101)...CivilDay(number: 102)
            let rows = try reader.statistics(days, totalsOnly: false)
            #expect(rows.count == 6 && Set(rows.map(\.cell.scope)) == Set(scopes))
            #expect(rows.allSatisfy { $0.counts == ["created": $0.cell.day.number] })
            let totals = try reader.statistics(days, totalsOnly: true)
            #expect(totals.count == 2 && totals.allSatisfy { $0.cell.scope == .all })
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `open tickets are grouped by age, priority and technician`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = try Self.filledJournal()
        let times = journal.tickets.map(\.createdAt).sorted()
        let moments = [times[times.count * 3 / 4], times[times.count / 4]]
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let groups = try opener.openReader().openTickets(createdUpTo: moments)
            var expected: [OpenTicketGroup: Int] = [:]
            for ticket in journal.tickets where ticket.status.isActive {
                let group = OpenTicketGroup(
                    priority: ticket.priority, assignedTo: ticket.assignedTo?.id,
                    age: moments.count { ticket.createdAt <= $0 }, count: 0)
                expected[group, default: 0] += 1
            }
            let found = groups.map { group in
                (
                    OpenTicketGroup(
                        priority: group.priority, assignedTo: group.assignedTo, age: group.age,
                        count: 0), group.count
                )
            }
            #expect(Dictionary(uniqueKeysWithValues: found) == expected)
            #expect(Set(expected.keys.map(\.age)) == [0, 1, 2])
        }
    }

    // MARK: Zones

    /// Ten days around a change of clocks in Europe.
    private static func deskAcrossAChange() throws -> InMemoryJournal {
        let journal = InMemoryJournal()
        journal.now = try #require(Timestamp(rfc3339: "2026-03-25T03:10:00Z"))
        for number in 0..<60 {
            let ticket = try journal.create(
                project: ["atlas", "print"][number % 2], priority: [.low, .urgent][number / 2 % 2])
            try journal.edit(ticket.id) { $0.action = .take }
            journal.now = journal.now.advanced(byMilliseconds: 47 * 60_000)
            if number % 3 > 0 { try journal.edit(ticket.id) { $0.action = .resolve } }
            if number % 6 == 1 {
                try journal.edit(ticket.id, by: InMemoryJournal.client) { $0.action = .reopen }
            }
            journal.now = journal.now.advanced(byMilliseconds: 193 * 60_000)
        }
        return journal
    }

    @Test(arguments: StoreUnderTest.all)
    func `a report counts by the days of its zone`(_ kind: StoreUnderTest) throws {
        let journal = try Self.deskAcrossAChange()
        var truth = StatisticsChange()
        for log in journal.logs.values { truth.note(log: log) }
        try kind.open { opener in
            try Self.commitAll(journal, to: opener.openStore(), eventsEach: 40)
            let reader = try opener.openReader()
            for name in [
                "Europe/Paris", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "UTC",
            ] {
                let zone = try #require(ReportZone(name))
                let days = Set(truth.quarters.keys.map { Self.day(of: $0.quarter, in: name) })
                let (first, last) = (try #require(days.min()), zone.day(of: journal.now))
                for period in [
                    first...last, last...last, first...first,
                    first.advanced(by: 3)...last.advanced(by: -2),
                ] {
                    let report = try ReportQuery(period: period, zone: zone, now: journal.now)
                        .report(from: reader)
                    Self.compare(report, truth, in: name, period)
                }
            }
        }
    }

    /// As Foundation says it.
    private static func day(of quarter: StatisticsQuarter, in zone: String) -> CivilDay {
        let milliseconds = quarter.start.milliseconds
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        let offset = TimeZone(identifier: zone)?.secondsFromGMT(for: date) ?? 0
        return CivilDay(Timestamp(milliseconds: milliseconds + Int64(offset) * 1000))
    }

    private static func compare(
        _ report: StatisticsReport, _ truth: StatisticsChange, in zone: String,
        _ period: ClosedRange<CivilDay>
    ) {
        func sum(
            _ scope: StatisticsScope, _ counter: String, _ days: ClosedRange<CivilDay>
        ) -> Int {
            truth.quarters.filter {
                $0.key.scope == scope && days.contains(day(of: $0.key.quarter, in: zone))
            }.reduce(0) { $0 + ($1.value[counter] ?? 0) }
        }
        let place: Comment = "\(zone) \(period)"
        #expect(
            report.days.map(\.day)
                == (period.lowerBound.number...period.upperBound.number).map {
                    CivilDay(number: $0)
                }, place)
        for day in report.days {
            #expect(day.totals.created == sum(.all, "created", day.day...day.day), place)
            #expect(day.totals.resolved == sum(.all, "resolved", day.day...day.day), place)
            let past = CivilDay(number: 0)...day.day
            let open =
                sum(.all, "created", past) - sum(.all, "resolved", past)
                + sum(.all, "reopened", past)
            #expect(day.backlog == open, place)
        }
        #expect(report.total.created == sum(.all, "created", period), place)
        #expect(report.arrivals.joined().reduce(0, +) == report.total.created, place)
        for (name, totals) in report.projects {
            #expect(totals.created == sum(.project(name), "created", period), place)
            #expect(totals.resolved == sum(.project(name), "resolved", period), place)
        }
        for (priority, totals) in report.priorities {
            #expect(
                totals.created == sum(.priority(ExactText(priority.rawValue)), "created", period),
                place)
        }
        let taken = report.technicians.first { $0.id == InMemoryJournal.tech.id }?.totals
        #expect(
            taken?.taken ?? 0 == sum(.technician(InMemoryJournal.tech.id), "taken", period), place)
        #expect(
            taken?.waits[.resolution]?.histogram.total ?? 0
                == report.total.waits[.resolution]?.histogram.total ?? 0, place)
    }

    @Test(arguments: StoreUnderTest.all)
    func `quarters are kept apart by kind and in order`(_ kind: StoreUnderTest) throws {
        let journal = try Self.deskAcrossAChange()
        try kind.open { opener in
            try Self.commitAll(journal, to: opener.openStore(), eventsEach: 7)
            let reader = try opener.openReader()
            let totals = try reader.quarters(StatisticsQuarter.ever, .totals)
            let parts = try reader.quarters(StatisticsQuarter.ever, .parts)
            #expect(totals.allSatisfy { $0.cell.scope == .all } && totals.count > 50)
            #expect(parts.allSatisfy { $0.cell.scope != .all } && parts.count > totals.count)
            let middle = totals[totals.count / 2].cell.quarter
            let next = StatisticsQuarter(number: middle.number + 1)
            #expect(try reader.quarters(middle..<next, .totals).map(\.cell.quarter) == [middle])
            #expect(try reader.quarters(middle..<middle, .totals).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a bulk is counted apart, and again after a crash`(_ kind: StoreUnderTest) throws {
        let journal = try Self.filledJournal()
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            var expected = StatisticsChange()
            for log in journal.logs.values { expected.note(log: log) }
            let reader = try opener.openReader()
            let cell = StatisticsCell(day: CivilDay(number: 7), scope: .all)
            let lane = try opener.openBulkLane()
            _ = try opener.beginBulk()
            try lane.add(StatisticsChange(cells: [cell: ["created": 2]]))
            #expect(try reader.storedStatistics().cells[cell] == ["created": 2])
            // It did not finish, so the next one who opens the store counts.
            _ = try opener.openStore()
            #expect(try reader.storedStatistics() == expected)
            let load = try opener.beginBulk()
            try lane.add(StatisticsChange(cells: [cell: ["created": 2]]))
            try lane.confirm()
            try load.finish()
            _ = try opener.openStore()
            #expect(try reader.storedStatistics().cells[cell] == ["created": 2])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `repair puts the counts of the logs in place of others`(_ kind: StoreUnderTest) throws {
        let journal = try Self.filledJournal()
        try kind.open { opener in
            let store = try opener.openStore()
            // Uncounted, as events of a crash between the two.
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            #expect(try reader.storedStatistics().isEmpty)
            let counted = try reader.countedStatistics()
            try opener.recountStatistics()
            #expect(try reader.storedStatistics() == counted)
            // The next start counts nothing a second time.
            _ = try opener.openStore()
            #expect(try reader.storedStatistics() == counted)
            // What comes later is added to it.
            let cell = StatisticsCell(day: CivilDay(number: 7), scope: .all)
            var batch = StoreBatch()
            batch.statistics.add(StatisticsChange(cells: [cell: ["created": 2]]))
            batch.events = [try InMemoryJournal(lastNumber: 900).takeFirstEvent()]
            batch.snapshots = batch.events.compactMap(\.created)
            try store.commit(batch)
            #expect(try reader.storedStatistics().cells[cell] == ["created": 2])
            // And opening again counts nothing a second time.
            _ = try opener.openStore()
            #expect(try reader.storedStatistics().cells.count == counted.cells.count + 1)
        }
    }
}

extension InMemoryJournal {
    fileprivate func takeFirstEvent() throws -> TicketEvent {
        try create()
        return try #require(takeBatch().events.first)
    }
}
