// A worker's sessions by person, for what is meant for one person alone.

import Text
import Tickets
import Wire

/// A notification on its way to its person's screens.
struct NoticeFrame: Sendable {
    let person: ExactText
    let ticket: TicketID
    let isInternal: Bool
    /// `{"type":"notification",…}`.
    let json: [UInt8]

    init(_ notice: Notice) {
        person = notice.person
        ticket = notice.ticket
        isInternal = notice.isInternal
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "notification")
        json.noticeFields(notice)
        json.endObject()
        self.json = json.bytes
    }
}

final class NoticeDesk {
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
        if publication.changesAccess { moves.note(publication.head) }
    }

    func show(_ frames: [NoticeFrame]) {
        for frame in frames {
            for session in sessions[frame.person] ?? []
            where moves.letPass(frame.ticket, to: session.caller, isInternal: frame.isInternal) {
                session.deliver(frame)
            }
        }
    }
}

/// The tickets that lately moved into or out of somebody's sight, as they are now: a notice that was
/// on its way meanwhile must not come after `removed`.
struct RecentMoves {
    static let countMax = 512

    private var heads: [TicketID: HeadBox] = [:]

    mutating func note(_ head: HeadBox) {
        if heads.count >= Self.countMax, heads[head.ticket.id] == nil { heads.removeAll() }
        heads[head.ticket.id] = head
    }

    func letPass(_ ticket: TicketID, to caller: Caller, isInternal: Bool = false) -> Bool {
        guard let head = heads[ticket]?.ticket else { return true }
        return isInternal ? caller.audience(of: head) == .staff : caller.canAccess(head)
    }
}
