// Encodes a notification as JSON: codes and names. The reader's page words them in its language.

package import Tickets
package import Wire

extension JSONWriter {
    package mutating func notification(_ notification: TicketNotification) {
        beginObject()
        notificationFields(notification)
        endObject()
    }

    package mutating func notificationFields(_ notification: TicketNotification) {
        field("id", "\(notification.serial)")
        field("kind", notification.kind.rawValue)
        id("ticket", notification.ticket)
        field("ref", notification.ref)
        field("seq", notification.seq)
        time("at", notification.at)
        field("read", notification.isRead)
        key("params")
        beginObject()
        field("title", notification.title)
        person("by", notification.by)
        if let excerpt = notification.excerpt { field("excerpt", excerpt) }
        if let status = notification.status { field("status", status.rawValue) }
        if let fact = notification.fact {
            field("clock", fact.clock.rawValue)
            field("phase", fact.phase.rawValue)
            time("deadlineAt", fact.deadlineAt)
            if let percent = fact.percent { field("percent", percent) }
        }
        endObject()
    }
}
