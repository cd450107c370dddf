// A worker's sessions by person, for what is meant for one person alone.

import Tickets
import Wire

/// A notification on its way to its person's screens.
struct NoticeFrame: Sendable {
    let person: String
    let isInternal: Bool
    /// `{"type":"notification",…}`.
    let json: [UInt8]

    init(_ notice: Notice) {
        person = notice.person
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
    private var sessions: [String: [WebSocketSession]] = [:]

    func enter(_ session: WebSocketSession) {
        sessions[session.caller.person.id, default: []].append(session)
    }

    func leave(_ session: WebSocketSession) {
        let person = session.caller.person.id
        sessions[person]?.removeAll { $0 === session }
        if sessions[person]?.isEmpty == true { sessions[person] = nil }
    }

    func show(_ frames: [NoticeFrame]) {
        for frame in frames {
            for session in sessions[frame.person] ?? [] { session.deliver(frame) }
        }
    }
}
