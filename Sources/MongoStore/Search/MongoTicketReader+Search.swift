// Searches: first finds the tickets with the words, then lists them.

import Text
internal import Tickets

/// The remaining time of a query with several steps.
struct QueryClock {
    private let end: ContinuousClock.Instant

    init(milliseconds: Int64) { end = .now + .milliseconds(milliseconds) }

    /// Limit of the next step. The server reads 0 as no limit.
    var timeLimit: Tree.Field {
        let left = (end - .now) / .milliseconds(1)
        return .init("maxTimeMS", .int(Int(max(1, left.rounded()))))
    }
}

extension MongoTicketReader {
    /// Limit of found tickets: a query with more is refused as too broad.
    private static let foundMax = 200_000

    /// The tickets that have the words, as a condition on `tickets`; empty: no query.
    func foundByWords(
        _ query: TicketQuery, _ clock: QueryClock
    ) throws(StoreError) -> [Tree] {
        guard let text = query.filter.text else { return [] }
        let words = SearchWords(text)
        guard !words.isEmpty else { return [.field("_id", .within([]))] }
        let inMessages = query.filter.looksIntoMessages
        let all = try found(words, for: query.caller.audience, inMessages: inMessages, clock)
        guard let staff = query.caller.staffViewCondition else { return [all] }
        // Internal words and tags find no ticket for a caller who sees it as its client.
        let visible = try found(words, for: .client, inMessages: inMessages, clock)
        return [all, .anyOf([staff, visible])]
    }

    private func found(
        _ words: SearchWords, for audience: Audience, inMessages: Bool, _ clock: QueryClock
    ) throws(StoreError) -> Tree {
        let people = try FoundPeople(
            words.terms.flatMap { $0.ways.flatMap { $0 } },
            withAddresses: audience == .staff && inMessages, client, clock)
        let fields = SearchField.visible(to: audience, inMessages: inMessages)
        let cursor = try client.find(
            in: .search, [words.condition(in: fields, people)].allHold,
            options: [
                .init("projection", .field("_id", .int(1))),
                .init("limit", Tree(Self.foundMax + 1)), clock.timeLimit,
            ])
        let ids = try values("_id", in: cursor)
        guard ids.count <= Self.foundMax else {
            throw .timeLimit("more than \(Self.foundMax) tickets have these words")
        }
        let named = try tickets(numbered: words.numbers, clock)
        return .field("_id", .within(ids + named))
    }

    /// Tickets with the numbers in a query, found by their `created` events: those have an index of
    /// numbers.
    private func tickets(
        numbered numbers: [Int], _ clock: QueryClock
    ) throws(StoreError) -> [Tree] {
        guard !numbers.isEmpty else { return [] }
        let cursor = try client.find(
            in: .events,
            [
                .init("seq", .int(1)),
                .init("head.number", .within(numbers.map { Tree($0) })),
            ],
            options: [.init("projection", .field("ticket", .int(1))), clock.timeLimit])
        return try values("ticket", in: cursor)
    }

    private func values(_ name: ExactText, in cursor: MongoCursor) throws(StoreError) -> [Tree] {
        try cursor.all { found throws(StoreError) in
            guard let field = found.first(where: { $0.name == name }) else {
                throw StoreError.corrupt("a document of the search has no \(name)")
            }
            return field.value
        }
    }
}
