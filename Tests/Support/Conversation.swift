// One ticket and its log, driven command by command by the real rules, at times that the test
// chooses.

import Text
package import Tickets

package struct Conversation {
    /// A command that should make an event made none.
    package struct NoEvent: Error {}

    package private(set) var events: [TicketEvent]
    package private(set) var snapshot: Ticket
    package var now: Timestamp
    package var policy: SLAPolicy

    package var id: TicketID { snapshot.id }

    /// Created by a command of `author`.
    package init(
        _ new: NewTicket, by author: Person = .clara, number: Int = 1042, at start: Timestamp,
        policy: SLAPolicy = SLAPolicy()
    ) throws {
        now = start
        self.policy = policy
        let event = try Self.rules(at: start, policy).create(
            new, number: number, by: author.caller, key: nil, fingerprint: 0)
        guard let created = event.created else { throw NoEvent() }
        snapshot = created
        events = [event]
    }

    /// Opened by Clara; an admin then gives it to `holder` and moves it to `status`.
    package init(
        _ status: Status = .open, heldBy holder: Person? = nil, priority: Priority = .normal,
        at start: Timestamp = .start, policy: SLAPolicy = SLAPolicy()
    ) throws {
        try self.init(.about("Printer", priority), at: start, policy: policy)
        try send(
            .set { edits in
                edits.assignedTo = holder.map { .person($0.id) } ?? .nobody
                edits.status = status
            }, by: .ada)
    }

    /// Knows everybody, and everyone whose id begins with `extra`.
    package static func rules(
        at now: Timestamp, _ policy: SLAPolicy = SLAPolicy()
    ) -> TicketRules {
        TicketRules(policy: policy, limits: ContentLimits(), now: now) { id in
            id.hasPrefix("extra")
                ? Person(id: id, name: id.string, role: .technician)
                : Person.everybody.first { $0.id == id }
        }
    }

    package func decide(
        _ edit: TicketEdit, by person: Person
    ) throws(TicketRejection) -> TicketEvent? {
        try decide(edit, as: Caller(person: person, reachesAllTickets: true))
    }

    package func decide(
        _ edit: TicketEdit, as caller: Caller
    ) throws(TicketRejection) -> TicketEvent? {
        try Self.rules(at: now, policy).decide(
            edit, on: snapshot, by: caller, key: nil, fingerprint: 0)
    }

    /// The refusal of `edit`; nil: none.
    package func refusal(of edit: TicketEdit, by person: Person) -> TicketRejection? {
        do throws(TicketRejection) {
            _ = try decide(edit, by: person)
            return nil
        } catch {
            return error
        }
    }

    /// Applies the command's event; nil: nothing to do.
    @discardableResult
    package mutating func send(_ edit: TicketEdit, by person: Person) throws -> TicketEvent? {
        let event = try decide(edit, by: person)
        if let event { append(event) }
        return event
    }

    /// Applies the due alarm.
    @discardableResult
    package mutating func ring() -> TicketEvent? {
        let event = Self.rules(at: now).decideAlarm(on: snapshot)
        if let event { append(event) }
        return event
    }

    /// Where a field may move the ticket: out of `closed` only by reopening.
    package func randomStatus(_ generator: inout SeededGenerator) -> Status {
        let all: [Status] =
            snapshot.status == .closed ? [.open, .inProgress, .closed] : Status.allCases
        return all.randomElement(using: &generator) ?? .open
    }

    package mutating func wait(minutes: Int64) { now = now.plus(minutes: minutes) }

    private mutating func append(_ event: TicketEvent) {
        events.append(event)
        snapshot = snapshot.applying(event)
    }
}
