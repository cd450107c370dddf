// Checks the stored statistics against the logs, for `guichet check`.

import Glibc
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

    /// Looks at what differs this often: a running hub counts right after the events.
    private static let looksMax = 4
    private static let pauseMicroseconds: UInt32 = 100_000

    /// The days that differ, one line each. Changes by a running hub during the check are skipped.
    /// - Parameter pending: what the next start of a hub adds.
    func problems(
        _ reader: any TicketReader, pending: () throws -> PendingCounts
    ) throws -> [String] {
        if let damage { return ["statistics: \(damage)"] }
        var found = try problems(reader, try pending())
        for _ in 1..<Self.looksMax where !found.isEmpty {
            usleep(Self.pauseMicroseconds)
            found = try problems(reader, try pending())
        }
        return found
    }

    private func problems(
        _ reader: any TicketReader, _ pending: PendingCounts
    ) throws -> [String] {
        let stored = try Self.days(reader)
        var complete = stored
        complete.add(pending.change)
        let cells = Set(complete.cells.keys).union(counted.cells.keys)
        let different = cells.filter {
            storedBefore.cells[$0] == stored.cells[$0]
                && complete.cells[$0] != counted.cells[$0]
        }
        let days = Dictionary(grouping: different, by: \.day).sorted { $0.key < $1.key }
            .map { "statistics of \($0.key): \($0.value.count) counts differ from the events" }
        let strays = try reader.strayStatistics()
        let ofNothing =
            strays == 0
            ? [] : ["statistics: \(strays) rows have a scope or day without events"]
        let repeated =
            pending.repeated == 0
            ? []
            : [
                "statistics: \(pending.repeated) rows do not say that they counted the newest batch, "
                    + "so the next start would count it again"
            ]
        return try days + quarterProblems(reader, pending: pending.change) + ofNothing + repeated
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
        return Set(complete.sums.keys).union(countedQuarters.sums.keys).sorted().filter {
            sum(quartersBefore, $0) == sum(stored, $0)
                && sum(complete, $0) != sum(countedQuarters, $0)
        }.map { "statistics of \($0): counts by quarter of an hour differ from the events" }
    }
}
