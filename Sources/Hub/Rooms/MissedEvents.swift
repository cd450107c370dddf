// Events that slow readers missed: a slow reader gets `behind` and fetches them, so that the room
// need not keep them.

import Protocol
import Tickets
import Wire

struct MissedEvents {
    private var hasAny = false

    mutating func note(_ member: Member, at seq: Int) {
        member.missed = (member.missed?.from ?? seq, seq)
        hasAny = true
    }

    /// A `behind` for each member that missed events, now that there is room for it.
    mutating func take(from members: some Collection<Member>) -> [[UInt8]] {
        guard hasAny else { return [] }
        hasAny = false
        var frames: [[UInt8]] = []
        for member in members {
            guard let missed = member.missed else { continue }
            member.missed = nil
            var json = JSONWriter()
            json.beginObject()
            json.field("type", "behind")
            json.id("ticket", member.ticket)
            json.field("from", missed.from)
            json.field("to", missed.to)
            json.endObject()
            frames.append(json.bytes)
        }
        return frames
    }
}
