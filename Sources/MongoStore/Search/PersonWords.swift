// Search words of people's names and addresses: one document for each person in the collection
// `names`. They are stored by person and not by ticket, so that the cost of a new name does not
// depend on the number of tickets.

internal import Text
internal import Tickets

enum PersonWords {
    /// Words of people's names.
    static let names = "names"
    /// Words of their addresses.
    static let address = "address"
    /// Limit of stored words; each token may have another name.
    private static let wordsMax = 200

    /// Stores a name that a person was seen with.
    static func upsert(_ person: Person) -> MongoUpsert {
        let new = list(KnownNames.words(of: [person.name]))
        let old = Record.field("$ifNull", .array([.string("$\(names)"), .array([])]))
        let isFull = Record.field("$gte", .array([.field("$size", old), Record(wordsMax)]))
        let both = Record.field("$setUnion", .array([old, new]))
        return upsert(
            Record(person.id), names, .field("$cond", .array([isFull, new, both])))
    }

    /// Replaces the address.
    static func upsert(address text: String?, of person: Record) -> MongoUpsert {
        upsert(person, address, list(KnownNames.words(of: text.map { [$0] } ?? [])))
    }

    private static func upsert(_ person: Record, _ field: String, _ value: Record) -> MongoUpsert {
        let stage = Record.field("$set", .field(field, value))
        return MongoUpsert(
            filter: BSONDocument([.init("_id", person)]),
            document: BSONDocument([.init("0", stage)]),
            isReplacement: false)
    }

    private static func list(_ words: [ExactText]) -> Record {
        .field("$literal", .array(words.map { .string($0.string) }))
    }
}

/// People whose names or addresses have the words of a query.
struct FoundPeople {
    /// Ids by word; finds their tickets as clients or technicians.
    private var named: [SearchWords.Word: [Record]] = [:]
    /// Ids by word; finds their tickets as clients.
    private var addressed: [SearchWords.Word: [Record]] = [:]

    /// Limit of found people: a query with more is refused as too broad.
    private static let foundMax = 20_000

    init(
        _ words: [SearchWords.Word], withAddresses: Bool, _ client: MongoClient,
        _ clock: QuestionClock
    ) throws(StoreError) {
        let fields = [PersonWords.names] + (withAddresses ? [PersonWords.address] : [])
        let conditions = words.flatMap { word in
            fields.map { Record.field($0, Self.match(word)) }
        }
        let cursor = try client.find(
            in: .names, [.init("$or", .array(conditions))],
            options: [.init("limit", Record(Self.foundMax + 1)), clock.timeLimit])
        var count = 0
        while let document = try cursor.next() {
            count += 1
            guard let id = document.first(where: { $0.name == "_id" })?.value else { continue }
            let names = Self.words(document, PersonWords.names)
            let address = Self.words(document, PersonWords.address)
            for word in words {
                if word.isFound(in: names) { named[word, default: []].append(id) }
                if withAddresses, word.isFound(in: address) {
                    addressed[word, default: []].append(id)
                }
            }
        }
        guard count <= Self.foundMax else {
            throw .timeLimit("more than \(Self.foundMax) people have these words")
        }
    }

    func conditions(for word: SearchWords.Word) -> [Record] {
        let (named, addressed) = (named[word] ?? [], addressed[word] ?? [])
        var conditions: [Record] = []
        if !named.isEmpty || !addressed.isEmpty {
            conditions.append(.field(SearchPeople.client.rawValue, .within(named + addressed)))
        }
        if !named.isEmpty {
            conditions.append(.field(SearchPeople.holder.rawValue, .within(named)))
        }
        return conditions
    }

    private static func match(_ word: SearchWords.Word) -> Record {
        switch word {
        case .whole(let text): .string(text.string)
        case .beginning(let text): .field("$elemMatch", .range(from: text))
        }
    }

    private static func words(_ document: [Record.Field], _ name: String) -> Set<ExactText> {
        guard case .array(let items)? = document.first(where: { $0.name == name })?.value else {
            return []
        }
        return Set(
            items.compactMap { item in
                if case .string(let text) = item { ExactText(text) } else { nil }
            })
    }
}
