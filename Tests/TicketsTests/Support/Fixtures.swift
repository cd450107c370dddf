// People, a clock and a conversation that the domain tests share.

import Testing
import Text
import Tickets

extension Person {
    static let clara = Person(id: "c1", name: "Clara", role: .client)
    static let colin = Person(id: "c2", name: "Colin", role: .client)
    static let tess = Person(id: "t1", name: "Tess", role: .technician)
    static let theo = Person(id: "t2", name: "Theo", role: .technician)
    static let ada = Person(id: "a1", name: "Ada", role: .admin)
    static let everybody = [clara, colin, tess, theo, ada]
}

extension Timestamp {
    static let start = Timestamp(milliseconds: 1_764_000_000_000)

    func plus(minutes: Int64) -> Timestamp { advanced(byMilliseconds: minutes * 60_000) }
}

extension TicketEdit {
    static func say(_ body: String) -> TicketEdit {
        var edit = TicketEdit()
        edit.draft = Draft(body: body)
        return edit
    }

    static func note(_ body: String) -> TicketEdit {
        var edit = say(body)
        edit.draft?.isInternal = true
        return edit
    }

    static func act(_ action: TicketAction) -> TicketEdit { TicketEdit().and(action) }

    static func set(_ change: (inout FieldEdits) -> Void) -> TicketEdit { TicketEdit().and(change) }

    func and(_ action: TicketAction) -> TicketEdit {
        var edit = self
        edit.action = action
        return edit
    }

    func and(_ change: (inout FieldEdits) -> Void) -> TicketEdit {
        var edit = self
        change(&edit.edits)
        return edit
    }

    func seen(_ seq: Int, force: Bool = false) -> TicketEdit {
        var edit = self
        edit.draft?.baseSeq = seq
        edit.draft?.force = force
        return edit
    }
}

extension NewTicket {
    static func about(_ title: String, _ priority: Priority = .normal) -> NewTicket {
        NewTicket(
            title: title, description: "It does not start.", category: .incident,
            priority: priority, project: "atlas")
    }
}

/// One ticket and its log, driven command by command as the journal does it.
struct Conversation {
    private(set) var events: [TicketEvent]
    private(set) var snapshot: Ticket
    var now: Timestamp
    var policy: SLAPolicy

    /// Opened by Clara; an admin then gives it to `holder` and moves it to `status`.
    init(
        _ status: Status = .open, heldBy holder: Person? = nil, priority: Priority = .normal,
        at start: Timestamp = .start, policy: SLAPolicy = SLAPolicy()
    ) throws {
        now = start
        self.policy = policy
        let created = try Self.rules(at: now, policy).create(
            .about("Printer", priority), number: 1042, by: Caller(person: .clara), key: nil,
            fingerprint: 0)
        snapshot = try #require(created.created)
        events = [created]
        try send(
            .set { edits in
                edits.assignedTo = holder.map { .person($0.id) } ?? .nobody
                edits.status = status
            }, by: .ada)
    }

    /// Knows everybody, and everyone whose id begins with `extra`.
    static func rules(at now: Timestamp, _ policy: SLAPolicy = SLAPolicy()) -> TicketRules {
        TicketRules(policy: policy, limits: ContentLimits(), now: now) { id in
            id.hasPrefix("extra")
                ? Person(id: id, name: id.string, role: .technician)
                : Person.everybody.first { $0.id == id }
        }
    }

    func decide(_ edit: TicketEdit, by person: Person) throws(TicketRejection) -> TicketEvent? {
        try decide(edit, as: Caller(person: person, reachesAllTickets: true))
    }

    func decide(_ edit: TicketEdit, as caller: Caller) throws(TicketRejection) -> TicketEvent? {
        try Self.rules(at: now, policy).decide(
            edit, on: snapshot, by: caller, key: nil, fingerprint: 0)
    }

    /// The refusal of `edit`; nil: none.
    func refusal(of edit: TicketEdit, by person: Person) -> TicketRejection? {
        do throws(TicketRejection) {
            _ = try decide(edit, by: person)
            return nil
        } catch {
            return error
        }
    }

    /// Applies the command's event; nil: nothing to do.
    @discardableResult
    mutating func send(_ edit: TicketEdit, by person: Person) throws -> TicketEvent? {
        let event = try decide(edit, by: person)
        if let event { append(event) }
        return event
    }

    /// Applies the due alarm.
    @discardableResult
    mutating func ring() -> TicketEvent? {
        let event = Self.rules(at: now).decideAlarm(on: snapshot)
        if let event { append(event) }
        return event
    }

    /// Where a field may move the ticket: out of `closed` only by reopening.
    func randomStatus(_ generator: inout SeededGenerator) -> Status {
        let all: [Status] =
            snapshot.status == .closed ? [.open, .inProgress, .closed] : Status.allCases
        return all.randomElement(using: &generator) ?? .open
    }

    mutating func wait(minutes: Int64) { now = now.plus(minutes: minutes) }

    private mutating func append(_ event: TicketEvent) {
        events.append(event)
        snapshot = snapshot.applying(event)
    }
}

/// SplitMix64: the same numbers on every run, so that a failing seed can be looked at.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
