// The words behind `q`: a document a ticket in the collection `search`, with a list of words for each
// kind of text. MongoDB's own text index has languages and stop words of its own and finds no
// beginnings; a plain index over folded words finds what SQLite finds.

internal import Tickets

enum SearchField: String, CaseIterable {
    /// Of the head: ref, title, description, the client's name.
    case head
    /// Of public messages.
    case messages
    /// Of internal notes.
    case notes

    static func visible(to audience: Audience) -> [SearchField] {
        audience == .staff ? allCases : [.head, .messages]
    }
}

/// Words that a ticket has got, or all that it has.
struct SearchAddition {
    /// Different words of one kind of text that are kept, so that no log outgrows a document.
    static let wordsMax = 20_000

    /// Nothing that was there before stays.
    private let isWhole: Bool
    private var head: Set<String>?
    private var messages: Set<String> = []
    private var notes: Set<String> = []

    init() { isWhole = false }

    init(head: Ticket, log: [TicketEvent]) {
        isWhole = true
        self.head = Self.words(head.searchText)
        for event in log { addMessage(of: event) }
    }

    /// `head` as it is after the event, or later.
    mutating func add(_ event: TicketEvent, head: Ticket?) {
        addMessage(of: event)
        if event.movesHeadText, let head = head ?? event.created {
            self.head = Self.words(head.searchText)
        }
    }

    private mutating func addMessage(of event: TicketEvent) {
        guard let text = event.searchText else { return }
        if event.hasPublicMessage {
            messages.formUnion(Self.words(text))
        } else {
            notes.formUnion(Self.words(text))
        }
    }

    private static func words(_ text: String) -> Set<String> {
        Set(SearchText.words(text))
    }

    // MARK: Writing

    func upsert(_ ticket: TicketID) -> MongoUpsert {
        let id = Record.Field("_id", Record(ticket))
        let document =
            isWhole
            ? [id] + fields.map { .init($0.rawValue, Self.list($1)) }
            // An update of one stage, so that lists grow only as far as they may.
            : [.init("0", .field("$set", .object(fields.compactMap(Self.growth))))]
        return MongoUpsert(
            filter: BSONDocument([id]), document: BSONDocument(document), isReplacement: isWhole)
    }

    private var fields: [(SearchField, Set<String>)] {
        (head.map { [(.head, $0)] } ?? []) + [(.messages, messages), (.notes, notes)]
    }

    private static func list(_ words: Set<String>) -> Record {
        .array(words.sorted().prefix(wordsMax).map { .string($0) })
    }

    private static func growth(_ field: SearchField, _ words: Set<String>) -> Record.Field? {
        let new = Record.field("$literal", list(words))
        if field == .head { return .init(field.rawValue, new) }
        guard !words.isEmpty else { return nil }
        let old = Record.field("$ifNull", .array([.string("$\(field.rawValue)"), .array([])]))
        let isFull = Record.field(
            "$gte", .array([.field("$size", old), Record(wordsMax)]))
        let union = Record.field("$setUnion", .array([old, new]))
        return .init(field.rawValue, .field("$cond", .array([isFull, old, union])))
    }
}

extension SearchWords {
    /// As a filter on `search` documents. Words are letters and digits; none is a pattern.
    func condition(in fields: [SearchField]) -> Record {
        func anywhere(_ word: Record) -> Record {
            .anyOf(fields.map { .field($0.rawValue, word) })
        }
        var conditions = whole.map { anywhere(.string($0)) }
        if let beginning {
            let range: [Record.Field] = [
                .init("$gte", .string(beginning)), .init("$lt", .string(beginning + "\u{10FFFF}")),
            ]
            // Both bounds must hold of the same word.
            conditions.insert(anywhere(.field("$elemMatch", .object(range))), at: 0)
        }
        return .field("$and", .array(conditions))
    }
}

extension MongoLog {
    /// All words of a ticket, from its log.
    func words(of head: Ticket) throws(StoreError) -> SearchAddition {
        let cursor = try events(of: head.id, where: [.init("$lte", Record(head.seq))])
        let log = try cursor.all { fields throws(StoreError) in try readEvent(fields) }
        return SearchAddition(head: head, log: log)
    }
}
