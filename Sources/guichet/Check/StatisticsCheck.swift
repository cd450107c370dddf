// Checks the stored statistics against the logs, for `guichet check`.

import Tickets

struct StatisticsCheck {
    private let storedBefore: StatisticsChange
    private let quartersBefore: QuarterDigest
    /// Why what is stored cannot be read; nil: it can.
    private let damage: String?
    private var counted = StatisticsChange()
    private var countedQuarters = QuarterDigest()

    init(_ reader: any TicketReader) throws {
        var (days, quarters) = (StatisticsChange(), QuarterDigest())
        var damage: String?
        do {
            days = try Self.days(reader)
            quarters = try reader.storedQuarters()
        } catch StoreError.corrupt(let reason) {
            damage = reason
        }
        (storedBefore, quartersBefore) = (days, quarters)
        self.damage = damage
    }

    private static func days(_ reader: any TicketReader) throws -> StatisticsChange {
        var change = StatisticsChange()
        change.add(try reader.statistics(CivilDay.ever, totalsOnly: false))
        return change
    }

    mutating func visit(_ log: [TicketEvent]) {
        counted.note(log: log)
        countedQuarters.add(counted.takeQuarters())
    }

    /// The days that differ, one line each. Changes by a running hub during the check are skipped.
    /// - Parameter pending: counts that the next start of a hub adds.
    func problems(_ reader: any TicketReader, pending: StatisticsChange) throws -> [String] {
        if let damage { return ["statistics: \(damage)"] }
        let stored = try Self.days(reader)
        var complete = stored
        complete.add(pending)
        let cells = Set(stored.cells.keys).union(counted.cells.keys)
        let different = cells.filter {
            storedBefore.cells[$0] == stored.cells[$0] && stored.cells[$0] != counted.cells[$0]
                && complete.cells[$0] != counted.cells[$0]
        }
        let days = Dictionary(grouping: different, by: \.day).sorted { $0.key < $1.key }
            .map { "statistics of \($0.key): \($0.value.count) counts differ from the events" }
        let strays = try reader.strayStatistics()
        let ofNothing =
            strays == 0
            ? [] : ["statistics: \(strays) rows have a scope or day without events"]
        return try days + quarterProblems(reader, pending: pending) + ofNothing
    }

    private func quarterProblems(
        _ reader: any TicketReader, pending: StatisticsChange
    ) throws -> [String] {
        let stored = try reader.storedQuarters()
        var complete = stored
        var pendingQuarters = QuarterDigest()
        pendingQuarters.add(pending.quarters)
        complete.add(pendingQuarters)
        func sum(_ digest: QuarterDigest, _ day: CivilDay) -> UInt64 {
            digest.sums[day] ?? 0
        }
        return Set(stored.sums.keys).union(countedQuarters.sums.keys).sorted().filter {
            sum(quartersBefore, $0) == sum(stored, $0)
                && sum(stored, $0) != sum(countedQuarters, $0)
                && sum(complete, $0) != sum(countedQuarters, $0)
        }.map { "statistics of \($0): counts by quarter of an hour differ from the events" }
    }
}
