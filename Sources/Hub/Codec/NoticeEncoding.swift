// A notification as JSON: codes and names, which each reader's client words in their language.

import Tickets
import Wire

extension JSONWriter {
    mutating func notice(_ notice: Notice) {
        beginObject()
        noticeFields(notice)
        endObject()
    }

    mutating func noticeFields(_ notice: Notice) {
        field("id", "\(notice.serial)")
        field("kind", notice.kind.rawValue)
        id("ticket", notice.ticket)
        field("ref", notice.ref)
        field("seq", notice.seq)
        time("at", notice.at)
        field("read", notice.isRead)
        key("params")
        beginObject()
        field("title", notice.title)
        person("by", notice.by)
        if let excerpt = notice.excerpt { field("excerpt", excerpt) }
        if let status = notice.status { field("status", status.rawValue) }
        if let fact = notice.fact {
            field("clock", fact.clock.rawValue)
            field("phase", fact.phase.rawValue)
            time("deadlineAt", fact.deadlineAt)
            if let percent = fact.percent { field("percent", percent) }
        }
        endObject()
    }
}
