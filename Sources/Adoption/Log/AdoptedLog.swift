// The events of a stored log that come from the old system.

import Text
import Tickets

struct AdoptedLog {
    /// The fold of those events alone: the ticket as the old system had it.
    let snapshot: Ticket
    /// Messages of the old system that are in the log, in their order.
    private(set) var originals: [MessageID] = []
    /// The first event of each.
    private var known: [MessageID: TicketEvent] = [:]
    private var messages: [MessageID: TicketEvent] = [:]
    /// By the id of an original that was edited: its replacements, in order.
    private var replacements: [MessageID: [TicketEvent]] = [:]
    private var notes: [MessageID: Int] = [:]

    /// nil: the ticket was not adopted.
    init?(_ log: [TicketEvent]) {
        guard let first = log.first, var snapshot = first.created, first.origin != nil else {
            return nil
        }
        for event in log.dropFirst() {
            guard let origin = event.origin else { continue }
            snapshot = snapshot.applying(event)
            if known[origin] == nil { known[origin] = event }
            guard let message = event.message else { continue }
            messages[message.id] = event
            if message.id == origin {
                originals.append(origin)
            } else if event.cause == .system {
                notes[origin, default: 0] += 1
            } else if OldEdit.edited.id(of: origin, 1 + replacements[origin, default: []].count)
                == message.id
            {
                replacements[origin, default: []].append(event)
            }
        }
        self.snapshot = snapshot
    }

    func knows(_ origin: MessageID) -> Bool { known[origin] != nil }

    /// The event of a line of the history.
    func line(_ id: MessageID) -> TicketEvent? { known[id] }

    func message(_ id: MessageID) -> TicketEvent? { messages[id] }

    /// The original and what replaced it, the newest last; empty: unknown.
    func versions(of id: MessageID) -> [TicketEvent] {
        guard let original = messages[id], original.origin == id else { return [] }
        return [original] + replacements[id, default: []]
    }

    func noteCount(of id: MessageID) -> Int { notes[id] ?? 0 }

    func hasNote(_ edit: OldEdit, of old: OldTicket) -> Bool {
        messages[edit.id(of: old)] != nil
    }
}

/// What happened to an old ticket after its adoption, beside new messages and lines.
enum OldEdit: String {
    case edited, removed, note, description, leftovers, deleted

    /// For people.
    var sentence: String {
        switch self {
        case .edited: "A message was edited in the old system."
        case .removed: "A message was removed in the old system."
        case .deleted: "The ticket was deleted in the old system."
        case .note, .description, .leftovers: ""
        }
    }

    /// The id of the message that this adds.
    func id(of message: MessageID, _ count: Int) -> MessageID {
        var id = DerivedID()
        id.add(rawValue)
        id.add(message)
        id.add(UInt64(count))
        return id.identifier(at: Int64(message.high >> 32) * 1000)
    }

    /// The same for the ticket as a whole.
    func id(of old: OldTicket) -> MessageID {
        var id = DerivedID()
        id.add(rawValue)
        id.add(old.id)
        if self == .description { id.add(old.description) }
        return id.identifier(at: old.createdAt)
    }
}
