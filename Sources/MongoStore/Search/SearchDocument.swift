// The search index behind `q`: one document for each ticket in the collection `search`, with a list
// of words for each kind of text. MongoDB's text index has languages and stop words and cannot
// match prefixes; a plain index over folded words finds what SQLite finds.

internal import Text
internal import Tickets

enum SearchField: String, CaseIterable {
    /// From the snapshot: ref, title, project, description, names of its files.
    case snapshot
    /// From the snapshot, for staff.
    case tags
    /// From public messages and their files.
    case messages
    /// From internal notes and their files.
    case notes

    static func visible(to audience: Audience, inMessages: Bool) -> [SearchField] {
        switch (audience, inMessages) {
        case (.staff, true): allCases
        case (.staff, false): [.snapshot, .tags]
        case (.client, true): [.snapshot, .messages]
        case (.client, false): [.snapshot]
        }
    }
}

/// Fields with people's ids; the names are in the collection `names`.
enum SearchPeople: String, CaseIterable {
    case client, holder
}

/// Words added to a ticket, or all its words.
struct SearchAddition {
    /// Limit of different words for each kind of text, so that a document stays within its maximum
    /// size.
    static let wordsMax = 20_000
    /// Changes with each write, so that a rebuild notices a write in between.
    static let mark: ExactText = "write"

    /// Replaces all words stored before.
    private let isWhole: Bool
    private var snapshot: Ticket?
    private var messages: Set<ExactText> = []
    private var notes: Set<ExactText> = []

    init() { isWhole = false }

    init(snapshot: Ticket, log: [TicketEvent]) {
        isWhole = true
        self.snapshot = snapshot
        for event in log { addMessage(of: event) }
    }

    /// `snapshot` after the event, or newer.
    mutating func add(_ event: TicketEvent, snapshot: Ticket?) {
        addMessage(of: event)
        if event.movesSnapshotWords, let snapshot = snapshot ?? event.created {
            self.snapshot = snapshot
        }
    }

    /// Adds the words of later events of the same ticket.
    mutating func add(later addition: SearchAddition) {
        guard !addition.isWhole else { return self = addition }
        if let snapshot = addition.snapshot { self.snapshot = snapshot }
        messages.formUnion(addition.messages)
        notes.formUnion(addition.notes)
    }

    private mutating func addMessage(of event: TicketEvent) {
        guard event.message != nil, let text = event.searchText else { return }
        if event.hasPublicWords {
            messages.formUnion(SearchText.words(text))
        } else {
            notes.formUnion(SearchText.words(text))
        }
    }

    // MARK: Writing

    /// - Parameter mark: the mark of the document that a whole one replaces. If it has changed, the
    /// document stays and the write fails as a duplicate key.
    func upsert(_ ticket: TicketID, inPlaceOf mark: Tree?? = nil) -> MongoUpsert {
        let id = Tree.Field("_id", Tree(ticket))
        let written = Tree.Field(Self.mark, .int(.random(in: 1 ... .max)))
        var filter = [id]
        if let mark { filter.append(.init(Self.mark, mark ?? .field("$exists", .bool(false)))) }
        let document =
            isWhole
            ? [id, written] + snapshotFields
                + lists.map { .init($0.rawValue, Self.list($1)) }
            // A pipeline update, so that lists grow only up to their limit.
            : [
                .init(
                    "0",
                    .field(
                        "$set",
                        .object(
                            [written]
                                + snapshotFields.map {
                                    .init($0.name, .field("$literal", $0.value))
                                }
                                + lists.compactMap(Self.growth))))
            ]
        return MongoUpsert(
            filter: BSONDocument(filter), document: BSONDocument(document), isReplacement: isWhole)
    }

    /// For a ticket without a document, as the upsert would make it.
    func document(of ticket: TicketID) -> BSONDocument {
        BSONDocument(
            [.init("_id", Tree(ticket)), .init(Self.mark, .int(.random(in: 1 ... .max)))]
                + snapshotFields
                + lists.filter { !$1.isEmpty }.map { .init($0.rawValue, Self.list($1)) })
    }

    /// Whether a whole document has exactly these words. Beyond `wordsMax` the stored words depend
    /// on their order of arrival, so only their number is compared.
    func isStored(as document: [Tree.Field]?) -> Bool {
        guard let document else { return false }
        let expected = snapshotFields + lists.map { .init($0.rawValue, Self.list($1)) }
        return expected.allSatisfy { field in
            let stored = document.first { $0.name == field.name }?.value ?? .null
            guard case .array(let words) = field.value else { return stored == field.value }
            // A list without words is not stored.
            guard case .array(let found) = stored else { return words.isEmpty && stored == .null }
            if words.count >= Self.wordsMax { return found.count >= Self.wordsMax / 2 }
            return Self.exact(found) == Self.exact(words)
        }
    }

    private static func exact(_ words: [Tree]) -> Set<ExactText> {
        var exact: Set<ExactText> = []
        for case .string(let word) in words { exact.insert(word) }
        return exact
    }

    private var snapshotFields: [Tree.Field] {
        guard let snapshot else { return [] }
        let face = snapshot.searchFace
        let words = SearchText.words(
            face.publicText(number: snapshot.number) + " " + snapshot.openingText)
        return [
            .init(SearchField.snapshot.rawValue, Self.list(Set(words))),
            .init(
                SearchField.tags.rawValue, Self.list(Set(SearchText.words(face.internalText)))),
            .init(SearchPeople.client.rawValue, Tree(snapshot.client.id)),
            .init(SearchPeople.holder.rawValue, Tree(snapshot.assignedTo?.id)),
        ]
    }

    private var lists: [(SearchField, Set<ExactText>)] {
        [(.messages, messages), (.notes, notes)]
    }

    private static func list(_ words: Set<ExactText>) -> Tree {
        .array(words.sorted().prefix(wordsMax).map { Tree($0) })
    }

    private static func growth(_ field: SearchField, _ words: Set<ExactText>) -> Tree.Field? {
        guard !words.isEmpty else { return nil }
        let new = Tree.field("$literal", list(words))
        let old = Tree.field("$ifNull", .array([.string("$\(field.rawValue)"), .array([])]))
        let isFull = Tree.field(
            "$gte", .array([.field("$size", old), Tree(wordsMax)]))
        let union = Tree.field("$setUnion", .array([old, new]))
        return .init(field.rawValue, .field("$cond", .array([isFull, old, union])))
    }
}

extension SearchWords {
    /// As a filter on `search` documents. Words have only letters and digits; none is a pattern.
    func condition(in fields: [SearchField], _ people: FoundPeople) -> Tree {
        func condition(_ word: Word) -> Tree {
            let match: Tree
            switch word {
            case .whole(let text): match = Tree(text)
            case .beginning(let text):
                // Both bounds must hold for the same word.
                match = .field("$elemMatch", .range(from: text))
            }
            return .anyOf(
                fields.map { .field($0.rawValue, match) } + people.conditions(for: word))
        }
        return .field(
            "$and",
            .array(
                terms.reversed().map { term in
                    .anyOf(
                        term.ways.map { way in .field("$and", .array(way.map(condition))) })
                }))
    }
}

extension Tree {
    /// Words with the prefix `beginning`.
    static func range(from beginning: ExactText) -> Tree {
        .object([
            .init("$gte", Tree(beginning)),
            .init("$lt", Tree(beginning.string + "\u{10FFFF}")),
        ])
    }
}

extension MongoLog {
    /// All words of a ticket, from its log.
    func words(of snapshot: Ticket) throws(StoreError) -> SearchAddition {
        let cursor = try events(of: snapshot.id, where: [.init("$lte", Tree(snapshot.seq))])
        let log = try cursor.all { fields throws(StoreError) in try readEvent(fields) }
        return SearchAddition(snapshot: snapshot, log: log)
    }

    /// Rebuilds all words of tickets from their logs, and again if there was a write in between.
    func writeWords(of tickets: [TicketID]) throws(StoreError) {
        for _ in 0..<20 {
            var upserts: [MongoUpsert] = []
            for id in tickets {
                let mark = try searchMark(of: id)
                guard let snapshot = try snapshot(of: id) else { continue }
                upserts.append(try words(of: snapshot).upsert(id, inPlaceOf: .some(mark)))
            }
            do throws(MongoFailure) {
                return try client.upsert(upserts, into: .search)
            } catch {
                guard error.isDuplicateKey else { throw error.unavailable(client.address) }
            }
        }
        let names = tickets.map { "\($0)" }.joined(separator: ", ")
        throw .unavailable("\(client.address.label): ticket \(names) keeps changing")
    }

    private func searchMark(of id: TicketID) throws(StoreError) -> Tree? {
        let cursor = try client.find(
            in: .search, [.init("_id", Tree(id))],
            options: [
                .init("limit", .int(1)),
                .init("projection", .field(SearchAddition.mark, .int(1))),
            ])
        return try cursor.next()?.first { $0.name == SearchAddition.mark }?.value
    }
}
