// The document of the writer's lease, with its queries and updates. Updates are pipelines, so that
// they use the server's clock.

import Text
internal import Tickets

struct LeaseDocument {
    private let client: MongoClient

    init(_ client: MongoClient) { self.client = client }

    private static let name = Tree.Field("_id", .string("writer"))
    private static let now = Tree.string("$$NOW")
    private static let end = Tree.field(
        "$add", .array([now, .int(MongoLease.milliseconds)]))

    /// Takes the lease if it is free or has expired; returns whether `owner` has it now.
    func take(for owner: LeaseOwner) throws(StoreError) -> Bool {
        try makeIfMissing()
        let hasEnded = Tree.field(
            "$expr", .field("$lte", .array([.string("$until"), Self.now])))
        guard case .object(let condition) = hasEnded else { return false }
        let content =
            [Self.name] + owner.fields.map { .init($0.name, .field("$literal", $0.value)) } + [
                .init("since", Self.now), .init("until", Self.end),
            ]
        let stage = Tree.field("$replaceWith", .object(content))
        return try update([Self.name] + condition, stage) > 0
    }

    func holder() throws(StoreError) -> LeaseOwner? {
        let found = try client.find(in: .claims, [Self.name])
        guard let fields = try found.next() else { return nil }
        return try MongoLog(client: client).read { () throws(RecordError) in
            try LeaseOwner(document: fields)
        }
    }

    /// Ends the lease if `owner` still holds it.
    func free(of owner: LeaseOwner) throws(StoreError) {
        let stage = Tree.field("$set", .field("until", .time(Timestamp(milliseconds: 0))))
        _ = try update([Self.name, .init("owner", Tree(owner.id))], stage)
    }

    /// Extends the lease; returns its holder if that is another owner now. A lease that expired
    /// while the server was unreachable is taken again, and so is one that a failover took back.
    func renew(for owner: LeaseOwner) throws(StoreError) -> String? {
        let stage = Tree.field("$set", .field("until", Self.end))
        if try update([Self.name, .init("owner", Tree(owner.id))], stage) > 0 { return nil }
        if try take(for: owner) { return nil }
        return try holder()?.description ?? "another process"
    }

    // MARK: Writing

    private func makeIfMissing() throws(StoreError) {
        let free = Tree.field("until", .time(Timestamp(milliseconds: 0)))
        let document = MongoUpsert(
            filter: BSONDocument([Self.name]),
            document: BSONDocument([.init("$setOnInsert", free)]), isReplacement: false)
        do throws(MongoFailure) {
            try client.upsert([document], into: .claims)
        } catch {
            // Two inserts at once: the other one has made the document.
            guard error.isDuplicateKey else { throw error.unavailable(client.address) }
        }
    }

    /// Returns how many documents the filter found.
    private func update(
        _ filter: [Tree.Field], _ stage: Tree
    ) throws(StoreError) -> Int {
        do throws(MongoFailure) {
            return try client.update(.claims, filter, [.init("0", stage)])
        } catch {
            throw error.unavailable(client.address)
        }
    }
}
