// Ticket lists and counts. Each query has a time limit of five seconds.

import Text
internal import Tickets

extension MongoTicketReader {
    private static let timeLimit = Tree.Field("maxTimeMS", .int(5000))

    func tickets(_ query: TicketQuery) throws(StoreError) -> TicketPage {
        let asOf = newest?.awaitWritten()
        let clock = QueryClock(milliseconds: query.timeLimitMilliseconds)
        var query = query
        query.limit = min(max(query.limit, 1), 200)
        let found = try foundByWords(query, clock)
        var tickets: [Ticket] = []
        let views = query.views
        for view in views { tickets += try page(of: query, view, found, clock) }
        let isMore = tickets.count > query.limit
        tickets = views.count > 1 ? query.merged(tickets) : Array(tickets.prefix(query.limit))
        let last = isMore ? tickets.last : nil
        return TicketPage(
            tickets: tickets, next: last.map { query.cursor(after: $0) },
            counts: try counts(query, found: found, clock), asOf: asOf)
    }

    /// Returns up to one more than asked for.
    private func page(
        of query: TicketQuery, _ view: TicketView, _ found: [Tree], _ clock: QueryClock
    ) throws(StoreError) -> [Ticket] {
        let audience = query.audience(of: view)
        var conditions = query.filter.conditions(withStatus: true, for: query.caller) + found
        if let access = query.caller.accessCondition(view) { conditions.append(access) }
        conditions += query.knownSortValues.map { key, value in
            .field(TicketOrderField(key, for: audience).path, .int(value))
        }
        if let cursor = query.cursor { conditions += cursor.conditions(for: audience) }
        let page = try client.find(
            in: .tickets, conditions.allHold,
            options: [
                .init("sort", query.sort.order(for: audience)),
                .init("limit", Tree(query.limit + 1)),
                .init("projection", MongoLog.snapshotFields), clock.timeLimit,
            ])
        return try page.all { fields throws(StoreError) in try log.readSnapshot(fields) }
    }

    private func counts(
        _ query: TicketQuery, found: [Tree], _ clock: QueryClock
    ) throws(StoreError) -> [Status: Int] {
        guard query.counting != .nothing else { return [:] }
        var conditions = query.filter.conditions(withStatus: false, for: query.caller) + found
        if query.counting == .watchedOfOthers {
            conditions += query.caller.watchedOfOthers
        } else if let access = query.caller.accessCondition {
            conditions.append(access)
        }
        if conditions.isEmpty {
            // Matches every ticket; it lets the server count in the index of `status` alone.
            conditions = [.field("status", .within(Status.allCases.map { Tree($0.rawValue) }))]
        }
        let groups = try client.aggregate(
            .tickets,
            [
                .field("$match", .object(conditions.allHold)),
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$status")),
                        .init("count", .field("$sum", .int(1))),
                    ])),
            ], options: [clock.timeLimit])
        var counts: [Status: Int] = [:]
        while let fields = try groups.next() {
            let (status, count) = try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "count")
                let status: Status = try group.code("_id")
                return (status, try group.int("count"))
            }
            counts[status] = count
        }
        return counts
    }

    func projects(for caller: Caller) throws(StoreError) -> [ProjectSummary] {
        newest?.awaitWritten()
        guard let access = caller.accessCondition else { return try allProjects() }
        let isActive = Tree.field(
            "$in",
            .array([
                .string("$status"),
                .array(Status.allCases.filter(\.isActive).map { Tree($0.rawValue) }),
            ]))
        let isWaiting = Tree.field(
            "$eq", .array([.string("$status"), Tree(Status.waiting.rawValue)]))
        let updatedAt = caller.seenUpdatedAt
        let groups = try client.aggregate(
            .tickets,
            [
                .field("$match", .object([access].allHold)),
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$project")), .init("open", Self.count(isActive)),
                        .init("waiting", Self.count(isWaiting)),
                        .init("lastActivityAt", .field("$max", updatedAt)),
                    ])),
                .field("$sort", .field("_id", .int(1))),
            ], options: [Self.timeLimit])
        return try groups.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "project")
                return ProjectSummary(
                    id: try ExactText(group.string("_id")), open: try group.int("open"),
                    waiting: try group.int("waiting"),
                    lastActivityAt: try group.optionalTime("lastActivityAt"))
            }
        }
    }

    /// An index answers both queries, the second with one lookup for each project: grouping a
    /// million tickets takes the server seconds.
    private func allProjects() throws(StoreError) -> [ProjectSummary] {
        let counts = try activeCounts()
        let updatedAt = TicketOrderField(.updatedAt, for: .staff).path
        let newest = try client.aggregate(
            .tickets,
            [
                .field("$sort", .object([.init("project", .int(1)), .init(updatedAt, .int(-1))])),
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$project")),
                        .init("lastActivityAt", .field("$first", .string("$\(updatedAt)"))),
                    ])),
                .field("$sort", .field("_id", .int(1))),
            ], options: [Self.timeLimit])
        return try newest.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "project")
                let id = try group.string("_id")
                return ProjectSummary(
                    id: ExactText(id), open: counts[ExactText(id)]?.open ?? 0,
                    waiting: counts[ExactText(id)]?.waiting ?? 0,
                    lastActivityAt: try group.optionalTime("lastActivityAt"))
            }
        }
    }

    /// The tickets of each project that are not resolved or closed.
    private func activeCounts() throws(StoreError) -> [ExactText: (open: Int, waiting: Int)] {
        let active = Status.allCases.filter(\.isActive).map { Tree($0.rawValue) }
        let isWaiting = Tree.field(
            "$eq", .array([.string("$status"), Tree(Status.waiting.rawValue)]))
        let counted = try client.aggregate(
            .tickets,
            [
                .field("$match", .field("status", .within(active))),
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$project")),
                        .init("open", .field("$sum", .int(1))),
                        .init("waiting", Self.count(isWaiting)),
                    ])),
            ], options: [Self.timeLimit])
        var counts: [ExactText: (open: Int, waiting: Int)] = [:]
        while let fields = try counted.next() {
            try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "project")
                counts[try ExactText(group.string("_id"))] = (
                    try group.int("open"), try group.int("waiting")
                )
            }
        }
        return counts
    }

    private static func count(_ condition: Tree) -> Tree {
        .field("$sum", .field("$cond", .array([condition, .int(1), .int(0)])))
    }
}
