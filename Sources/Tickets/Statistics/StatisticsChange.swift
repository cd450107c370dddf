// What events add to the statistics: counts by day, for all and by technician, project, category and
// priority. Counts are only ever added, each event's to the day on which it happened.

/// Whose counts.
package enum StatisticsScope: Hashable, Sendable {
    case all
    case technician(String)
    case project(String)
    case category(String)
    case priority(String)

    /// As the stores write it.
    package var code: String {
        switch self {
        case .all: "all"
        case .technician(let id): "technician:\(id)"
        case .project(let name): "project:\(name)"
        case .category(let code): "category:\(code)"
        case .priority(let code): "priority:\(code)"
        }
    }

    package init?(code: String) {
        if code == "all" {
            self = .all
            return
        }
        guard let colon = code.firstIndex(of: ":") else { return nil }
        let name = String(code[code.index(after: colon)...])
        switch code[..<colon] {
        case "technician": self = .technician(name)
        case "project": self = .project(name)
        case "category": self = .category(name)
        case "priority": self = .priority(name)
        default: return nil
        }
    }
}

package struct StatisticsCell: Hashable, Sendable {
    package let day: StatisticsDay
    package let scope: StatisticsScope

    package init(day: StatisticsDay, scope: StatisticsScope) {
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
    /// How many waits of `clock` fell into a bucket of `DurationBuckets`.
    package static func duration(_ clock: SLAClock, bucket: Int) -> String {
        "\(clock.rawValue)~\(bucket)"
    }
}

package struct StatisticsChange: Sendable, Hashable {
    package private(set) var cells: [StatisticsCell: [String: Int]] = [:]

    package init(cells: [StatisticsCell: [String: Int]] = [:]) { self.cells = cells }

    package var isEmpty: Bool { cells.isEmpty }

    package mutating func add(_ other: StatisticsChange) {
        for (cell, counts) in other.cells {
            cells[cell, default: [:]].merge(counts, uniquingKeysWith: +)
        }
    }

    /// - Parameter head: the ticket after `event`.
    package mutating func note(_ event: TicketEvent, _ head: Ticket) {
        let day = StatisticsDay(event.at)
        if event.kind == .created {
            let hour = Int(event.at.elapsed(since: day.start) / 3_600_000) % 24
            count(StatisticsCounter.created, on: day, in: [.all] + head.statisticsScopes)
            count(StatisticsCounter.arrivals(hour: hour), on: day, in: [.all])
        }
        let owner = head.assignedTo.map { StatisticsScope.technician($0.id) }
        for change in event.changes { note(change, on: day, head, owner) }
        for fact in event.sla { note(fact, of: event, on: day, head, owner) }
    }

    /// A whole log.
    package mutating func note(log: [TicketEvent]) {
        var head: Ticket?
        for event in log {
            guard let next = head.map({ $0.applying(event) }) ?? event.created else { return }
            note(event, next)
            head = next
        }
    }

    private mutating func note(
        _ change: FieldChange, on day: StatisticsDay, _ head: Ticket, _ owner: StatisticsScope?
    ) {
        switch change {
        case .status(let from, let to) where from.isActive && !to.isActive:
            let scopes = [.all] + head.statisticsScopes + (owner.map { [$0] } ?? [])
            count(StatisticsCounter.resolved, on: day, in: scopes)
            if let milliseconds = head.sla.resolutionMilliseconds {
                let bucket = DurationBuckets.bucket(ofMilliseconds: milliseconds)
                count(
                    StatisticsCounter.duration(.resolution, bucket: bucket), on: day,
                    in: [.all] + (owner.map { [$0] } ?? []))
            }
        case .status(let from, let to) where !from.isActive && to.isActive:
            count(
                StatisticsCounter.reopened, on: day, in: [.all] + (owner.map { [$0] } ?? []))
        case .assignedTo(let from, let to):
            if let to { count(StatisticsCounter.taken, on: day, in: [.technician(to.id)]) }
            if from != nil, to != nil {
                count(StatisticsCounter.reassigned, on: day, in: [.all])
            }
        default: break
        }
    }

    private mutating func note(
        _ fact: SLAFact, of event: TicketEvent, on day: StatisticsDay, _ head: Ticket,
        _ owner: StatisticsScope?
    ) {
        guard [.met, .missed, .breached].contains(fact.phase) else { return }
        // An answer is its author's; a deadline that nobody kept is the ticket's owner's.
        let isAnswer =
            fact.clock != .resolution && fact.phase != .breached && event.isByTeam
        let whose = isAnswer ? .technician(event.by.id) : owner
        let scopes = [StatisticsScope.all] + (whose.map { [$0] } ?? [])
        count(StatisticsCounter.clock(fact.clock, fact.phase), on: day, in: scopes)
        let clock: ResponseClock
        switch fact.clock {
        case .firstResponse: clock = head.sla.firstResponse
        case .nextResponse: clock = head.sla.nextResponse
        case .resolution: return
        }
        guard fact.phase != .breached, let startedAt = clock.startedAt else { return }
        let bucket = DurationBuckets.bucket(ofMilliseconds: event.at.elapsed(since: startedAt))
        count(StatisticsCounter.duration(fact.clock, bucket: bucket), on: day, in: scopes)
    }

    private mutating func count(
        _ counter: String, on day: StatisticsDay, in scopes: [StatisticsScope]
    ) {
        for scope in scopes {
            cells[StatisticsCell(day: day, scope: scope), default: [:]][counter, default: 0] += 1
        }
    }
}

extension Ticket {
    fileprivate var statisticsScopes: [StatisticsScope] {
        [.project(project), .category(category.rawValue), .priority(priority.rawValue)]
    }
}

extension ServiceLevel {
    /// From the start of the present run to its end, without its pauses; nil while it runs.
    fileprivate var resolutionMilliseconds: Int64? {
        resolvedAt.map { max(0, $0.elapsed(since: startedAt) - pausedMs) }
    }
}
