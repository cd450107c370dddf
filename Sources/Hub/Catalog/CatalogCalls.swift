// /api/canned and /api/views: quick replies and saved views. A reader thread reads; the journal's
// thread decides and writes in one job.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct CatalogCalls: CallGroup {
    let call: Call
    let kind: CatalogKind

    init(_ call: Call, _ kind: CatalogKind) {
        self.call = call
        self.kind = kind
    }

    private var person: Person { identity.caller.person }

    /// The result of a job. A refusal is a result of the job, not a failure of the store.
    private typealias Outcome<Value> = Result<Value, TicketRejection>

    func list() {
        performForStaff { () throws(TicketRejection) in
            let fields = try FieldReader(query: exchange.head.query)
            try fields.finish()
            let (kind, person) = (kind, person)
            worker.requests.ask { reader throws(StoreError) in
                try reader.entries(kind, sharedOrOf: person.id)
                    .filter { $0.isVisible(to: person) }
            } then: { (answer: Result<[CatalogEntry], TicketRejection>) in
                respond(answer.map(page))
            }
        }
    }

    private func page(_ entries: [CatalogEntry]) -> Response {
        .json { json in
            json.key(kind.rawValue)
            json.beginArray()
            for entry in entries { json.catalogEntry(entry) }
            json.endArray()
        }
    }

    func read(_ name: ExactText) {
        performForStaff { () throws(TicketRejection) in
            let id = try id(name)
            let (kind, person) = (kind, person)
            worker.requests.ask { reader throws(StoreError) in
                try reader.entry(id, kind).flatMap { $0.isVisible(to: person) ? $0 : nil }
            } then: { (answer: Result<CatalogEntry?, TicketRejection>) in
                respond(
                    answer.flatMap { entry in
                        entry.map { .success(tagged($0)) } ?? .failure(CatalogRules.notFound)
                    })
            }
        }
    }

    // MARK: Writing

    func create() {
        performForStaff { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let content = try fields.catalogContent(kind, for: identity.caller)
            let key = try exchange.idempotencyKey(&fields)
            try fields.finish()
            let (kind, person, rules) = (kind, person, rules)
            write { store throws(StoreError) in
                let others = try store.entries(kind, sharedOrOf: person.id)
                let made = CatalogCalls.decide { () throws(TicketRejection) in
                    try rules.create(content, by: person, key: key, among: others)
                }
                if case .success((let entry, false)) = made { try store.put(entry) }
                return made
            } then: { (made: (entry: CatalogEntry, isReplay: Bool)) in
                var response = tagged(made.entry, isReplay: made.isReplay)
                response.status = 201
                return response.with("Location", "/api/\(kind.rawValue)/\(made.entry.id)")
            }
        }
    }

    func replace(_ name: ExactText) {
        performForStaff { () throws(TicketRejection) in
            let id = try id(name)
            var fields = try exchange.fields()
            let content = try fields.catalogContent(kind, for: identity.caller)
            try fields.finish()
            let version = try exchange.expectedVersions()
            let (kind, person, rules) = (kind, person, rules)
            write { store throws(StoreError) in
                guard let entry = try store.entry(id, kind) else {
                    return .failure(CatalogRules.notFound)
                }
                let others = try store.entries(kind, sharedOrOf: person.id)
                let changed = CatalogCalls.decide { () throws(TicketRejection) in
                    try rules.replace(
                        entry, with: content, by: person, ifVersion: version, among: others)
                }
                if case .success(let changed) = changed, changed != entry {
                    try store.put(changed)
                }
                return changed
            } then: { (entry: CatalogEntry) in
                tagged(entry)
            }
        }
    }

    func remove(_ name: ExactText) {
        performForStaff { () throws(TicketRejection) in
            let id = try id(name)
            let version = try exchange.expectedVersions()
            let (kind, person, rules) = (kind, person, rules)
            write { store throws(StoreError) in
                guard let entry = try store.entry(id, kind) else {
                    return .failure(CatalogRules.notFound)
                }
                let allowed = CatalogCalls.decide { () throws(TicketRejection) in
                    try rules.requireChangeable(entry, by: person, ifVersion: version)
                }
                if case .success = allowed { try store.remove(id, kind) }
                return allowed.map { true }
            } then: { (_: Bool) in
                .noContent
            }
        }
    }

    // MARK: Shared

    private var rules: CatalogRules {
        var limits = CatalogLimits()
        limits.bodyBytes = worker.context.settings.content.bodyBytes
        return CatalogRules(
            limits: limits, now: Timestamp(milliseconds: wallClockMilliseconds()))
    }

    private static func decide<Value>(
        _ body: () throws(TicketRejection) -> Value
    ) -> Result<Value, TicketRejection> {
        do throws(TicketRejection) {
            return .success(try body())
        } catch {
            return .failure(error)
        }
    }

    /// Staff only, for every call.
    private func performForStaff(_ body: () throws(TicketRejection) -> Void) {
        perform { () throws(TicketRejection) in
            guard person.role.isStaff else { throw CatalogRules.forbidden }
            try body()
        }
    }

    private func write<Value: Sendable>(
        _ job: @escaping @Sendable (any TicketStore) throws(StoreError) -> Outcome<Value>,
        then: @escaping (Value) -> Response
    ) {
        worker.requests.write(job) { (answer: Result<Outcome<Value>, TicketRejection>) in
            respond(answer.flatMap { $0 }.map(then))
        }
    }

    private func id(_ name: ExactText) throws(TicketRejection) -> CatalogID {
        guard let id = CatalogID(name) else { throw CatalogRules.notFound }
        return id
    }

    private func tagged(_ entry: CatalogEntry, isReplay: Bool = false) -> Response {
        let response = Response.json { json in
            json.catalogFields(entry)
            if isReplay { json.field("replayed", true) }
        }
        return exchange.tagged(response, entry.version)
    }
}
