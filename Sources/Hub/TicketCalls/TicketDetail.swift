// The JSON of a ticket with its messages and history.

import Protocol
import Text
import Tickets
import Wire

extension ViewedPage {
    /// With `snapshot` as the ticket.
    func detail(_ snapshot: Ticket) -> [UInt8] {
        var json = JSONWriter(reserving: 512 * (events.count + 4))
        json.beginObject()
        json.snapshotFields(snapshot, for: viewer)
        json.key("messages")
        json.beginArray()
        for event in events {
            guard let message = event.message(for: viewer.audience) else { continue }
            json.message(message, of: event, for: viewer.audience)
        }
        json.endArray()
        json.key("history")
        json.beginArray()
        for event in events where event.belongsToHistory(for: viewer.audience) {
            json.event(event, for: viewer.audience)
        }
        json.endArray()
        json.field("more", more)
        json.endObject()
        return json.bytes
    }
}

extension TicketEvent {
    /// History is the log without plain public messages.
    func belongsToHistory(for audience: Audience) -> Bool {
        if !hasPublicMessage { return true }
        return changes.contains { audience == .staff || $0.isPublic }
            || (audience == .staff && !sla.isEmpty)
    }
}
