// A worker's sessions by person, for messages to one person.

import Protocol
import Text
import Tickets
import Wire

/// An encoded notification for its person's sessions.
struct NotificationFrame: Sendable {
    let person: ExactText
    let ticket: TicketID
    let isInternal: Bool
    /// `{"type":"notification",…}`.
    let json: [UInt8]

    init(_ notification: TicketNotification) {
        person = notification.person
        ticket = notification.ticket
        isInternal = notification.isInternal
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "notification")
        json.notificationFields(notification)
        json.endObject()
        self.json = json.bytes
    }
}

final class SessionsByPerson {
    private var sessions: [ExactText: [WebSocketSession]] = [:]
    private var moves = RecentMoves()

    func enter(_ session: WebSocketSession) {
        sessions[session.caller.person.id, default: []].append(session)
    }

    func leave(_ session: WebSocketSession) {
        let person = session.caller.person.id
        sessions[person]?.removeAll { $0 === session }
        if sessions[person]?.isEmpty == true { sessions[person] = nil }
    }

    func note(_ publication: Publication) {
        if publication.changesAccess { moves.note(publication.snapshot) }
    }

    func show(_ frames: [NotificationFrame]) {
        for frame in frames {
            for session in sessions[frame.person] ?? []
            where moves.letPass(frame.ticket, to: session.caller, isInternal: frame.isInternal) {
                session.deliver(frame)
            }
        }
    }
}

/// Tickets that recently moved into or out of a person's sight, in their current state: a
/// notification that was on its way meanwhile must not come after `removed`.
struct RecentMoves {
    static let countMax = 512

    private var snapshots: [TicketID: TicketSnapshot] = [:]

    mutating func note(_ snapshot: TicketSnapshot) {
        if snapshots.count >= Self.countMax, snapshots[snapshot.ticket.id] == nil {
            snapshots.removeAll()
        }
        snapshots[snapshot.ticket.id] = snapshot
    }

    func letPass(_ ticket: TicketID, to caller: Caller, isInternal: Bool = false) -> Bool {
        guard let snapshot = snapshots[ticket]?.ticket else { return true }
        return isInternal ? caller.audience(of: snapshot) == .staff : caller.canAccess(snapshot)
    }
}
