// Events and snapshots survive the round trip through their records, in each way that a store
// writes them.

import TestSupport
import Testing
import Text
import Tickets

extension Tree {
    fileprivate var fields: [Field] {
        if case .object(let fields) = self { fields } else { [] }
    }

    fileprivate func replacing(_ name: ExactText, by value: Tree?) -> Tree {
        .object(
            fields.compactMap { field in
                field.name == name ? value.map { Field(name, $0) } : field
            })
    }

    /// As a store gives it back that knows JSON's kinds only.
    fileprivate var flattened: Tree {
        switch self {
        case .time(let milliseconds): .int(milliseconds)
        case .objectID(let high, let low): .string("\(TicketID(high: high, low: low))")
        case .double(let number): Int(exactly: number).map { .int($0) } ?? self
        case .array(let items): .array(items.map(\.flattened))
        case .object(let fields): .object(fields.map { Field($0.name, $0.value.flattened) })
        default: self
        }
    }
}

struct EventRecordTests {
    static let changes: [FieldChange] = [
        .status(from: .inProgress, to: .waiting), .priority(from: .low, to: .urgent),
        .category(from: .incident, to: .change), .title(from: "Printer", to: "Imprimante « 2 »"),
        .project(from: "atlas", to: "zephyr"), .assignedTo(from: nil, to: .tess),
        .assignedTo(from: .tess, to: nil), .assignedTo(from: .tess, to: .theo),
        .watchers(from: [], to: [.clara, .tess]), .watchers(from: [.clara], to: []),
        .tags(from: ["a"], to: []), .tags(from: [], to: ["b", "a"]),
        .targetHours(from: nil, to: 2.5), .targetHours(from: 4, to: nil),
        FieldChange(.dueAt, from: .empty, to: .time(.start)),
        FieldChange(.dueAt, from: .time(.start), to: .empty),
    ]

    private static let attachment = Attachment(
        id: FileID(high: 3, low: 4), name: "été.png", type: "image/png", size: 70_000)

    /// One event of each kind, with all that it can carry.
    private func events() throws -> [TicketEvent] {
        let snapshot = try Conversation(.waiting, heldBy: .tess).snapshot
        func event(
            _ kind: EventKind, by: Person = .tess, cause: Cause = .user, created: Ticket? = nil,
            message: Message? = nil, changes: [FieldChange] = [], sla: [SLAFact] = [],
            slaAfter: ServiceLevel? = nil, key: ExactText? = nil, fingerprint: UInt64 = 0
        ) -> TicketEvent {
            TicketEvent(
                ticket: snapshot.id, seq: 9, publicPrev: 7, at: .start, by: by, cause: cause,
                kind: kind, created: created, message: message, changes: changes, sla: sla,
                slaAfter: slaAfter, key: key, fingerprint: fingerprint)
        }
        let message = Message(
            id: MessageID(high: 1, low: 2), body: "Voilà\n\u{0}\u{1F469}\u{200D}\u{1F527}",
            isInternal: true, mentions: ["t1", "c1"], attachments: [Self.attachment])
        let facts = [
            SLAFact(clock: .firstResponse, phase: .warning, deadlineAt: .start, percent: 75),
            SLAFact(clock: .resolution, phase: .recalculated, deadlineAt: nil),
        ]
        return [
            event(.created, by: .clara, created: snapshot, key: "k", fingerprint: .max),
            event(.message, message: message, changes: [.status(from: .open, to: .closed)]),
            event(.change, changes: [.tags(from: [], to: ["x"])], key: "", fingerprint: 1 << 63),
            event(.sla, by: .hub, cause: .sla, sla: facts, slaAfter: snapshot.sla),
            event(.change, cause: .system),
        ]
    }

    @Test func `every kind of event comes back`() throws {
        for event in try events() {
            #expect(try TicketEvent(record: event.record) == event)
            #expect(try TicketEvent(record: event.record.flattened) == event)
        }
    }

    @Test(arguments: changes)
    func `every change comes back`(change: FieldChange) throws {
        let event = TicketEvent(
            ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .tess,
            cause: .user, kind: .change, changes: [change])
        #expect(try TicketEvent(record: event.record).changes == [change])
        #expect(try TicketEvent(record: event.record.flattened).changes == [change])
    }

    @Test func `changes keep their order, fields need none`() throws {
        let changes = Self.changes.filter { $0.field != .assignedTo && $0.field != .watchers }
        let event = TicketEvent(
            ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1, at: .start, by: .tess,
            cause: .user, kind: .change, changes: changes)
        let shuffled = Tree.object(event.record.fields.reversed())
        #expect(try TicketEvent(record: shuffled) == event)
    }

    @Test func `a snapshot comes back with every field filled`() throws {
        var conversation = try Conversation(.waiting, heldBy: .tess)
        try conversation.send(.say("Hello"), by: .ada)
        try conversation.send(.set { $0.watchers = ["c2"] }, by: .ada)
        var snapshot = conversation.snapshot
        snapshot.tags = ["a", ""]
        snapshot.closedAt = .start
        snapshot.reopenCount = 3
        snapshot.sla.breachedAt = .start
        snapshot.sla.isTargetManual = true
        snapshot.sla.targetHours = 0.1
        #expect(try Ticket(record: snapshot.record) == snapshot)
        #expect(try Ticket(record: snapshot.record.flattened) == snapshot)
    }

    @Test func `a record says which clients see its event`() throws {
        let flags = try events().map { event in
            event.record.fields.first { $0.name == "isPublic" }?.value
        }
        #expect(flags == [.bool(true), .bool(true), .bool(false), .bool(false), .bool(false)])
    }

    @Test(arguments: ["ticket", "seq", "publicPrev", "at", "by", "cause", "kind"] as [ExactText])
    func `a record without this field is refused by its name`(name: ExactText) throws {
        for event in try events() {
            for value in [nil, Tree.null, .array([]), .string("?")] {
                let record = event.record.replacing(name, by: value)
                let error = #expect(throws: RecordError.self) { try TicketEvent(record: record) }
                #expect(error?.field == name || name == "by")
            }
        }
    }

    @Test(arguments: ["head", "message", "changes", "slaAfter"] as [ExactText])
    func `a part of the wrong kind is refused`(name: ExactText) throws {
        let plain = try #require(try events().last).record
        for value in [Tree.int(1), .string("x"), .array([.null])] {
            let record = Tree.object(plain.fields + [Tree.Field(name, value)])
            #expect(throws: RecordError.self) { try TicketEvent(record: record) }
        }
    }

    @Test func `an unknown field is refused among changes`() throws {
        let plain = try #require(try events().last).record
        let changes = Tree.object([.init("colour", .object([.init("from", .null)]))])
        let record = Tree.object(plain.fields + [.init("changes", changes)])
        let error = #expect(throws: RecordError.self) { try TicketEvent(record: record) }
        #expect(error?.field == "changes.colour")
    }
}
