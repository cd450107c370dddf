// Checks the documents kept for each person: contacts, and the search words of their names and
// addresses.

internal import Text
internal import Tickets

struct MongoPeopleInspection {
    /// People put on tickets, each with their name at that time.
    private var searched: [ExactText: Person] = [:]

    mutating func expect(_ log: [TicketEvent]) {
        for person in log.flatMap(\.searchedPeople) { searched[person.id] = person }
    }

    func differences(
        _ client: MongoClient, isSearchWhole: Bool
    ) throws(StoreError) -> [StoreDifference] {
        let kept = try KeptPeople(client)
        var found = kept.wrongContacts.map { id in
            StoreDifference(
                "contacts: the entry for \(id) cannot be read or belongs to another person; "
                    + "a repair removes it, and it is written when they sign in again", .clearing)
        }
        found += kept.nameless.sorted { $0.key < $1.key }.map { collection, count in
            StoreDifference("\(collection): \(count) documents are of no person", .clearing)
        }
        found += try kept.strangeReaders(client).map { id in
            StoreDifference("reads: “\(id)” is not a known person", .clearing)
        }
        guard isSearchWhole else { return found }
        let lacking = kept.peopleWithoutWords(besides: searched)
        found += lacking.map {
            StoreDifference("names: the name of \($0.id) is not there", .clearing)
        }
        found += kept.wrongAddresses().map { id in
            StoreDifference(
                "names.address: that of \(id.string) differs from the contact", .clearing)
        }
        found += try kept.strangers(client).map { id in
            StoreDifference("names: \(id) is not a known person", .clearing)
        }
        return found
    }

    static func repair(_ log: MongoLog) throws(StoreError) {
        let kept = try KeptPeople(log.client)
        var searched: [ExactText: Person] = [:]
        let snapshots = try log.client.find(
            in: .tickets, [],
            options: [
                .init(
                    "projection",
                    .object([.init("client", .int(1)), .init("assignedTo", .int(1))]))
            ])
        while let fields = try snapshots.next() {
            for field in fields where field.name == "client" || field.name == "assignedTo" {
                guard let person = try? Person(record: field.value) else { continue }
                searched[person.id] = person
            }
        }
        let strangers = try kept.strangers(log.client)
        let readers = try kept.strangeReaders(log.client).map { Tree($0) }
        for collection in [MongoCollection.names, .contacts] {
            try removeNameless(from: collection, log.client)
        }
        for field in [PersonWords.names, PersonWords.address] {
            try makeList(of: field, log.client)
        }
        let words =
            kept.peopleWithoutWords(besides: searched).map(PersonWords.upsert)
            + kept.wrongAddresses(besides: strangers).map {
                PersonWords.upsert(address: kept.addresses[$0], of: Tree($0))
            }
        do throws(MongoFailure) {
            if !strangers.isEmpty {
                try log.client.delete(.names, [.init("_id", .within(strangers.map { Tree($0) }))])
            }
            if !readers.isEmpty {
                try log.client.delete(.reads, [.init("person", .within(readers))])
            }
            if !kept.wrongContacts.isEmpty {
                try log.client.delete(
                    .contacts, [.init("_id", .within(kept.wrongContacts.map { Tree($0) }))])
            }
            try log.client.upsert(words, into: .names)
        } catch {
            throw error.ofRepair(log.client.address)
        }
    }

    private static func removeNameless(
        from collection: MongoCollection, _ client: MongoClient
    ) throws(StoreError) {
        do throws(MongoFailure) {
            try client.delete(collection, [isNameless])
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    /// A document whose `_id` is no person's.
    static let isNameless = Tree.Field(
        "$or",
        .array([
            .field("_id", .string("")),
            .field("_id", .field("$not", .field("$type", .string("string")))),
        ]))

    /// Words are added to a list.
    private static func makeList(
        of field: ExactText, _ client: MongoClient
    ) throws(StoreError) {
        let isOther = Tree.object([
            .init("$exists", .bool(true)), .init("$not", .field("$type", .string("array"))),
        ])
        do throws(MongoFailure) {
            try client.update(
                .names, [.init(field, isOther)], [.init("$set", .field(field, .array([])))])
        } catch {
            throw error.ofRepair(client.address)
        }
    }
}

/// Walks the three collections side by side.
private struct KeptPeople {
    private(set) var people: [Person] = []
    private(set) var wrongContacts: [ExactText] = []
    /// Addresses of valid contacts.
    private(set) var addresses: [ExactText: String] = [:]
    /// Documents without a person's id, by collection.
    private(set) var nameless: [String: Int] = [:]
    private var names: [ExactText: Set<ExactText>] = [:]
    private var addressWords: [ExactText: Set<ExactText>] = [:]

    init(_ client: MongoClient) throws(StoreError) {
        try Self.visit(.people, client) { _, fields in
            // Unreadable people are reported elsewhere.
            if let person = try? Person(document: fields) { people.append(person) }
        }
        for collection in [MongoCollection.contacts, .names] {
            let cursor = try client.find(
                in: collection, [MongoPeopleInspection.isNameless],
                options: [.init("projection", .field("_id", .int(1)))])
            while try cursor.next() != nil { nameless[collection.rawValue, default: 0] += 1 }
        }
        try Self.visit(.contacts, client) { id, fields in
            let data = fields.first { $0.name == "data" }?.value
            let contact = data.flatMap { try? Contact(record: $0) }
            guard let contact, contact.person.id == id else {
                return wrongContacts.append(id)
            }
            addresses[id] = contact.email
        }
        try Self.visit(.names, client) { id, fields in
            names[id] = Self.words(PersonWords.names, fields)
            addressWords[id] = Self.words(PersonWords.address, fields)
        }
    }

    private static func visit(
        _ collection: MongoCollection, _ client: MongoClient,
        _ visit: (ExactText, [Tree.Field]) -> Void
    ) throws(StoreError) {
        let cursor = try client.find(
            in: collection, [], options: [.init("sort", .field("_id", .int(1)))])
        while let fields = try cursor.next() {
            guard case .string(let id)? = fields.first(where: { $0.name == "_id" })?.value,
                !id.isEmpty
            else { continue }
            visit(id, fields)
        }
    }

    private static func words(_ name: ExactText, _ fields: [Tree.Field]) -> Set<ExactText> {
        guard case .array(let words)? = fields.first(where: { $0.name == name })?.value else {
            return []
        }
        return Set(
            words.compactMap { word in
                word.textValue
            })
    }

    /// People whose current name is not fully stored, and people without any stored name.
    func peopleWithoutWords(besides searched: [ExactText: Person]) -> [Person] {
        let known = Set(people.map(\.id))
        let others = searched.filter { !known.contains($0.key) && (names[$0.key] ?? []).isEmpty }
        return
            (people.filter { person in
                !(names[person.id] ?? []).isSuperset(
                    of: KnownNames.words(of: [person.name]))
            } + others.map(\.value).filter { !KnownNames.words(of: [$0.name]).isEmpty })
            .sorted { $0.id < $1.id }
    }

    /// People with words whom neither a document nor an event knows.
    func strangers(_ client: MongoClient) throws(StoreError) -> [ExactText] {
        let known = Set(people.map(\.id)).union(addresses.keys)
        return try Self.unnamed(
            names.keys.filter { !known.contains($0) && !Person.isErased($0) }, client)
    }

    /// People with read marks whom neither a document nor an event knows. Marks of no event are
    /// another rule's.
    func strangeReaders(_ client: MongoClient) throws(StoreError) -> [ExactText] {
        let known = Set(people.map(\.id)).union(addresses.keys)
        let isMark = Tree.field("seq", .field("$gt", .int(0)))
        let readers = try client.aggregate(
            .reads,
            [.field("$match", isMark), .field("$group", .field("_id", .string("$person")))])
        var candidates: [ExactText] = []
        while let fields = try readers.next() {
            guard let id = fields.first?.value.textValue, !known.contains(id),
                try Self.hasRead(id, client)
            else { continue }
            candidates.append(id)
        }
        return try Self.unnamed(candidates, client)
    }

    /// Whether a mark is on a ticket with events.
    private static func hasRead(
        _ person: ExactText, _ client: MongoClient
    ) throws(StoreError) -> Bool {
        let marks = try client.find(in: .reads, [.init("person", Tree(person))])
        while let fields = try marks.next() {
            guard let ticket = fields.first(where: { $0.name == "ticket" })?.value else { continue }
            let events = try client.find(
                in: .events, [.init("ticket", ticket)], options: [.init("limit", .int(1))])
            if try events.next() != nil { return true }
        }
        return false
    }

    /// Those whom no event names.
    private static func unnamed(
        _ candidates: [ExactText], _ client: MongoClient
    ) throws(StoreError) -> [ExactText] {
        var strangers: [ExactText] = []
        for id in candidates.sorted() {
            // A running hub may have met them since.
            let isPerson = try client.find(in: .people, [.init("_id", Tree(id))]).next() != nil
            if isPerson { continue }
            if try !isNamed(id, client) { strangers.append(id) }
        }
        return strangers
    }

    private static func isNamed(
        _ person: ExactText, _ client: MongoClient
    ) throws(StoreError) -> Bool {
        let places: [ExactText] = [
            "by.id", "head.client.id", "head.assignedTo.id", "head.watchers.id",
            "changes.assignedTo.to.id", "changes.watchers.to.id",
        ]
        let conditions = places.map { Tree.field($0, Tree(person)) }
        return try client.find(
            in: .events, [.init("$or", .array(conditions))], options: [.init("limit", .int(1))]
        ).next() != nil
    }

    /// Not those of strangers, which a repair removes.
    func wrongAddresses(besides strangers: [ExactText] = []) -> [ExactText] {
        Set(addresses.keys).union(addressWords.keys).subtracting(strangers).filter { id in
            let right = Set(KnownNames.words(of: addresses[id].map { [$0] } ?? []))
            return addressWords[id] ?? [] != right
        }.sorted()
    }
}
