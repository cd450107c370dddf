// Search words of people's names and addresses: one document for each person in the collection
// `names`. They are stored by person and not by ticket, so that the cost of a new name does not
// depend on the number of tickets.

internal import Text
internal import Tickets

enum PersonWords {
    /// Words of people's names.
    static let names: ExactText = "names"
    /// Words of their addresses.
    static let address: ExactText = "address"
    /// Limit of stored words, of which the newest stay; each token may have another name.
    private static let wordsMax = 200

    /// Stores a name that a person was seen with.
    static func upsert(_ person: Person) -> MongoUpsert {
        let new = list(KnownNames.words(of: [person.name]))
        let old = Tree.field("$ifNull", .array([.string("$\(names)"), .array([])]))
        let isOther = Tree.field("$not", .array([.field("$in", .array([.string("$$this"), new]))]))
        let others = Tree.field(
            "$filter",
            .object([.init("input", old), .init("as", .string("this")), .init("cond", isOther)]))
        let both = Tree.field("$concatArrays", .array([others, new]))
        return upsert(
            Tree(person.id), names, .field("$slice", .array([both, Tree(-wordsMax)])))
    }

    /// Replaces the address.
    static func upsert(address text: String?, of person: Tree) -> MongoUpsert {
        upsert(person, address, list(KnownNames.words(of: text.map { [$0] } ?? [])))
    }

    private static func upsert(_ person: Tree, _ field: ExactText, _ value: Tree) -> MongoUpsert {
        let stage = Tree.field("$set", .field(field, value))
        return MongoUpsert(
            filter: BSONDocument([.init("_id", person)]),
            document: BSONDocument([.init("0", stage)]),
            isReplacement: false)
    }

    private static func list(_ words: [ExactText]) -> Tree {
        .field("$literal", .array(words.map { Tree($0) }))
    }
}

/// People whose names or addresses have the words of a query.
struct FoundPeople {
    /// Ids by word; finds their tickets as clients or technicians.
    private var named: [SearchWords.Word: [Tree]] = [:]
    /// Ids by word; finds their tickets as clients.
    private var addressed: [SearchWords.Word: [Tree]] = [:]

    /// Limit of found people: a query with more is refused as too broad.
    private static let foundMax = 20_000

    init(
        _ words: [SearchWords.Word], withAddresses: Bool, _ client: MongoClient,
        _ clock: QueryClock
    ) throws(StoreError) {
        let fields = [PersonWords.names] + (withAddresses ? [PersonWords.address] : [])
        let conditions = words.flatMap { word in
            fields.map { Tree.field($0, Self.match(word)) }
        }
        let cursor = try client.find(
            in: .names, [.init("$or", .array(conditions))],
            options: [.init("limit", Tree(Self.foundMax + 1)), clock.timeLimit])
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

    func conditions(for word: SearchWords.Word) -> [Tree] {
        let (named, addressed) = (named[word] ?? [], addressed[word] ?? [])
        var conditions: [Tree] = []
        if !named.isEmpty || !addressed.isEmpty {
            conditions.append(.field(SearchPeople.client.rawValue, .within(named + addressed)))
        }
        if !named.isEmpty {
            conditions.append(.field(SearchPeople.holder.rawValue, .within(named)))
        }
        return conditions
    }

    private static func match(_ word: SearchWords.Word) -> Tree {
        switch word {
        case .whole(let text): Tree(text)
        case .beginning(let text): .field("$elemMatch", .range(from: text))
        }
    }

    private static func words(_ document: [Tree.Field], _ name: ExactText) -> Set<ExactText> {
        guard case .array(let items)? = document.first(where: { $0.name == name })?.value else {
            return []
        }
        return Set(
            items.compactMap { item in
                item.textValue
            })
    }
}
