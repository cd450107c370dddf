// One durable event to publish: encoded once per audience, shared by every worker and member.

import Protocol
import Tickets
import Wire

/// A snapshot behind one reference, so that passing it on costs one retain instead of thirty.
final class TicketSnapshot: Sendable {
    let ticket: Ticket
    init(_ ticket: Ticket) { self.ticket = ticket }

    // Read here, in place: elsewhere a field is read from a copy of the whole ticket.
    var seq: Int { ticket.seq }
    var group: TicketGroup { TicketGroup(ticket) }

    func applying(_ event: TicketEvent) -> TicketSnapshot { TicketSnapshot(ticket.applying(event)) }
}

/// `{"type":"event",…}` for one audience, as a whole WebSocket text frame.
struct EventFrame: SharedFrame, Sendable {
    let bytes: [UInt8]
    private let headerBytes: Int
    /// `{"type":"event",`: the prefix that Event objects lack.
    private static let typeBytes = Array(#"{"type":"event","#.utf8)

    init(_ event: TicketEvent, for audience: Audience) {
        var json = JSONWriter(reserving: 512)
        json.beginObject()
        json.field("type", "event")
        json.eventFields(event, for: audience)
        json.endObject()
        let payload = json.bytes
        bytes = FrameEncoder.frame(.text, payload: payload)
        headerBytes = bytes.count - payload.count
    }

    /// The frame's JSON, for transports that have no frames.
    var payload: ArraySlice<UInt8> { bytes[headerBytes...] }

    /// The Event object without `type`, as in `joined.events`.
    func appendObject(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        bytes.append(contentsOf: self.bytes[(headerBytes + Self.typeBytes.count)...])
    }

    var objectBytes: Int { bytes.count - headerBytes - Self.typeBytes.count + 1 }
}

final class Publication: Sendable {
    let event: TicketEvent
    /// nil for the event that created the ticket.
    let before: TicketSnapshot?
    let snapshot: TicketSnapshot
    let staffFrame: EventFrame
    /// nil: the event has no public part.
    let clientFrame: EventFrame?
    /// A person may have lost or gained access to the ticket.
    let changesAccess: Bool

    init(_ event: TicketEvent, before: TicketSnapshot?, snapshot: TicketSnapshot) {
        self.event = event
        self.before = before
        self.snapshot = snapshot
        staffFrame = EventFrame(event, for: .staff)
        clientFrame =
            if !event.isPublic {
                nil
            } else if event.looksAlikeToAll {
                staffFrame
            } else {
                EventFrame(event, for: .client)
            }
        changesAccess = event.changes.contains { change in
            switch change.field {
            case .assignedTo, .watchers, .project: true
            default: false
            }
        }
    }

    var ticket: TicketID { event.ticket }

    func frame(for audience: Audience) -> EventFrame? {
        audience == .staff ? staffFrame : clientFrame
    }

    /// The publication with the mark in place of its words.
    func redacted(_ mark: RedactionMark) -> Publication {
        Publication(event.redacted(mark), before: before, snapshot: snapshot)
    }
}
