// Counts that events add to the statistics: by day, for all and by technician, project, category
// and priority. Counts only grow. Each event counts on the day it happened, and in the quarter of
// an hour, from which the days of other time zones are made.

package import Text

/// The scope of counts.
package enum StatisticsScope: Hashable, Sendable {
    case all
    case technician(ExactText)
    case project(ExactText)
    case category(ExactText)
    case priority(ExactText)

    /// The name in the stores.
    package var code: ExactText {
        switch self {
        case .all: "all"
        case .technician(let id): "technician:\(id)"
        case .project(let name): "project:\(name)"
        case .category(let code): "category:\(code)"
        case .priority(let code): "priority:\(code)"
        }
    }

    /// How the codes of all scopes but `all` begin.
    package static let prefixes = ["technician:", "project:", "category:", "priority:"]

    package init?(code: ExactText) {
        if code == "all" {
            self = .all
            return
        }
        guard let colon = code.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = ExactText(Substring(code.utf8[colon...].dropFirst()))
        switch ExactText(Substring(code.utf8[..<colon])) {
        case "technician": self = .technician(name)
        case "project": self = .project(name)
        case "category": self = .category(name)
        case "priority": self = .priority(name)
        default: return nil
        }
    }
}

package struct StatisticsCell: Hashable, Sendable {
    package let day: CivilDay
    package let scope: StatisticsScope

    package init(day: CivilDay, scope: StatisticsScope) {
        self.day = day
        self.scope = scope
    }
}

/// The counters of a cell, under the names that the stores write.
package enum StatisticsCounter {
    package static let created = "created"
    package static let resolved = "resolved"
    package static let reopened = "reopened"
    package static let taken = "taken"
    package static let reassigned = "reassigned"
    /// By hour of the day, 0 to 23, in UTC.
    package static func arrivals(hour: Int) -> String { "arrivals-\(hour)" }
    package static func clock(_ clock: SLAClock, _ phase: SLAFact.Phase) -> String {
        "\(clock.rawValue)-\(phase.rawValue)"
    }
    /// Number of waits of `clock` in a bucket of `DurationBuckets`.
    package static func duration(_ clock: SLAClock, bucket: Int) -> String {
        "\(clock.rawValue)~\(bucket)"
    }
}

package struct StatisticsChange: Sendable, Hashable {
    package private(set) var cells: [StatisticsCell: [String: Int]] = [:]
    /// The same counts by quarter, without the hours of arrival, which the quarter itself gives.
    package private(set) var quarters: [QuarterCell: [String: Int]] = [:]

    package init(
        cells: [StatisticsCell: [String: Int]] = [:], quarters: [QuarterCell: [String: Int]] = [:]
    ) {
        self.cells = cells
        self.quarters = quarters
    }

    package var isEmpty: Bool { cells.isEmpty && quarters.isEmpty }

    package mutating func add(_ other: StatisticsChange) {
        for (cell, counts) in other.cells {
            cells[cell, default: [:]].merge(counts, uniquingKeysWith: +)
        }
        for (cell, counts) in other.quarters {
            quarters[cell, default: [:]].merge(counts, uniquingKeysWith: +)
        }
    }

    /// Returns and removes the counts by quarter: for a whole store they are too many to hold.
    package mutating func takeQuarters() -> [QuarterCell: [String: Int]] {
        defer { quarters = [:] }
        return quarters
    }

    /// - Parameter snapshot: the ticket after `event`.
    package mutating func note(_ event: TicketEvent, _ snapshot: Ticket) {
        let time = event.at
        if event.kind == .created {
            count(StatisticsCounter.created, at: time, in: [.all] + snapshot.statisticsScopes)
            countArrival(at: time)
        }
        let owner = snapshot.assignedTo.map { StatisticsScope.technician($0.id) }
        for change in event.changes { note(change, at: time, snapshot, owner) }
        for fact in event.sla { note(fact, of: event, snapshot, owner) }
    }

    /// Adds a whole log.
    package mutating func note(log: [TicketEvent]) {
        var snapshot: Ticket?
        for event in log {
            guard let next = snapshot.map({ $0.applying(event) }) ?? event.created else { return }
            note(event, next)
            snapshot = next
        }
    }

    private mutating func note(
        _ change: FieldChange, at time: Timestamp, _ snapshot: Ticket, _ owner: StatisticsScope?
    ) {
        let owners: [StatisticsScope] = [.all] + (owner.map { [$0] } ?? [])
        if let (from, to) = change.status, from.isActive != to.isActive {
            guard from.isActive else {
                return count(StatisticsCounter.reopened, at: time, in: owners)
            }
            count(
                StatisticsCounter.resolved, at: time, in: owners + snapshot.statisticsScopes)
            if let milliseconds = snapshot.sla.resolutionMilliseconds {
                let bucket = DurationBuckets.bucket(ofMilliseconds: milliseconds)
                count(StatisticsCounter.duration(.resolution, bucket: bucket), at: time, in: owners)
            }
        } else if let (from, to) = change.assignee {
            if let to { count(StatisticsCounter.taken, at: time, in: [.technician(to.id)]) }
            if from != nil, to != nil {
                count(StatisticsCounter.reassigned, at: time, in: [.all])
            }
        }
    }

    private mutating func note(
        _ fact: SLAFact, of event: TicketEvent, _ snapshot: Ticket, _ owner: StatisticsScope?
    ) {
        guard [.met, .missed, .breached].contains(fact.phase) else { return }
        // An answer counts for its author; a missed deadline counts for the assignee.
        let isAnswer =
            fact.clock != .resolution && fact.phase != .breached && event.isByTeam
        let whose = isAnswer ? .technician(event.by.id) : owner
        let scopes = [StatisticsScope.all] + (whose.map { [$0] } ?? [])
        count(StatisticsCounter.clock(fact.clock, fact.phase), at: event.at, in: scopes)
        let clock: ResponseClock
        switch fact.clock {
        case .firstResponse: clock = snapshot.sla.firstResponse
        case .nextResponse: clock = snapshot.sla.nextResponse
        case .resolution: return
        }
        guard fact.phase != .breached, let startedAt = clock.startedAt else { return }
        let bucket = DurationBuckets.bucket(ofMilliseconds: event.at.elapsed(since: startedAt))
        count(StatisticsCounter.duration(fact.clock, bucket: bucket), at: event.at, in: scopes)
    }

    private mutating func count(
        _ counter: String, at time: Timestamp, in scopes: [StatisticsScope]
    ) {
        let (day, quarter) = (CivilDay(time), StatisticsQuarter(time))
        for scope in scopes {
            cells[StatisticsCell(day: day, scope: scope), default: [:]][counter, default: 0] += 1
            quarters[QuarterCell(quarter: quarter, scope: scope), default: [:]][
                counter, default: 0] += 1
        }
    }

    private mutating func countArrival(at time: Timestamp) {
        let day = CivilDay(time)
        let hour = Int(time.elapsed(since: day.start) / 3_600_000) % 24
        cells[StatisticsCell(day: day, scope: .all), default: [:]][
            StatisticsCounter.arrivals(hour: hour), default: 0] += 1
    }
}

extension Ticket {
    fileprivate var statisticsScopes: [StatisticsScope] {
        [
            .project(project), .category(ExactText(category.rawValue)),
            .priority(ExactText(priority.rawValue)),
        ]
    }
}

extension ServiceLevel {
    /// Time from the start of the current run to its end, without pauses; nil while it runs.
    fileprivate var resolutionMilliseconds: Int64? {
        resolvedAt.map { max(0, $0.elapsed(since: startedAt) - pausedMs) }
    }
}
