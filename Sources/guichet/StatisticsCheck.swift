// The statistics' part of `guichet check`: what is stored of them against what the logs say.

import Tickets

struct StatisticsCheck {
    private let storedBefore: StatisticsChange
    private(set) var counted = StatisticsChange()

    init(_ reader: any TicketReader) throws {
        storedBefore = try reader.storedStatistics()
    }

    mutating func visit(_ log: [TicketEvent]) { counted.note(log: log) }

    /// The days that differ, one line each. What moved while the logs were read, because a hub is at
    /// work, is left for a quieter moment.
    /// - Parameter owed: what the next start of a hub counts.
    func problems(_ reader: any TicketReader, owed: StatisticsChange) throws -> [String] {
        let stored = try reader.storedStatistics()
        var complete = stored
        complete.add(owed)
        let cells = Set(stored.cells.keys).union(counted.cells.keys)
        let different = cells.filter {
            storedBefore.cells[$0] == stored.cells[$0] && stored.cells[$0] != counted.cells[$0]
                && complete.cells[$0] != counted.cells[$0]
        }
        return Dictionary(grouping: different, by: \.day).sorted { $0.key < $1.key }
            .map { "statistics of \($0.key): \($0.value.count) counts differ from the events" }
    }
}
