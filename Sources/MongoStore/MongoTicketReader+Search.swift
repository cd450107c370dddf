// Searches: first which tickets have the words, then a list of those.

internal import Tickets

/// What a question of several steps has left of its time.
struct QuestionClock {
    private let end: ContinuousClock.Instant

    init(milliseconds: Int64) { end = .now + .milliseconds(milliseconds) }

    /// For the next step. 0 would mean no limit to the server.
    var timeLimit: Record.Field {
        let left = (end - .now) / .milliseconds(1)
        return .init("maxTimeMS", .int(Int64(max(1, left.rounded()))))
    }
}

extension MongoTicketReader {
    /// More are not looked through: the question is told to narrow itself.
    private static let foundMax = 200_000

    /// The tickets that have the words, as a condition on `tickets`; empty: there is no question.
    func foundByWords(
        _ query: TicketQuery, _ clock: QuestionClock
    ) throws(StoreError) -> [Record] {
        guard let text = query.filter.text else { return [] }
        let words = SearchWords(text)
        guard !words.isEmpty else { return [.field("_id", .within([]))] }
        guard query.filter.looksIntoMessages else {
            return [try found(words, in: [.head], clock)]
        }
        let fields = SearchField.visible(to: query.caller.audience)
        let all = try found(words, in: fields, clock)
        guard let staff = query.caller.staffViewCondition else { return [all] }
        // The team's own words find no ticket for somebody who sees it as its client.
        let visible = try found(words, in: SearchField.visible(to: .client), clock)
        return [all, .anyOf([staff, visible])]
    }

    private func found(
        _ words: SearchWords, in fields: [SearchField], _ clock: QuestionClock
    ) throws(StoreError) -> Record {
        let cursor = try client.find(
            in: .search, [words.condition(in: fields)].allHold,
            options: [
                .init("projection", .field("_id", .int(1))),
                .init("limit", Record(Self.foundMax + 1)), clock.timeLimit,
            ])
        let ids = try cursor.all { found throws(StoreError) in
            guard let id = found.first(where: { $0.name == "_id" }) else {
                throw StoreError.corrupt("a document of `search` has no _id")
            }
            return id.value
        }
        guard ids.count <= Self.foundMax else {
            throw .timeLimit("more than \(Self.foundMax) tickets have these words")
        }
        return .field("_id", .within(ids))
    }
}
