// One caller's live view of the queue: applies filter and access, and counts `rev`.

import Protocol
import Text
import Tickets
import Wire

/// The receiver of a queue's frames: a WebSocket session or an event stream.
protocol QueueSubscriber: AnyObject {
    var caller: Caller { get }
    /// Whether it takes updates now; otherwise they collect, and the latest of a ticket replaces
    /// earlier ones.
    var takesQueueUpdates: Bool { get }
    func deliverQueue(_ json: [UInt8], rev: Int)
}

enum QueueChange {
    case upsert(TicketSnapshot)
    case remove(why: String, by: Person?)
}

final class QueueSubscription {
    unowned let subscriber: any QueueSubscriber
    let filter: TicketFilter
    private let words: SearchWords?
    private let directory: PeopleDirectory
    private(set) var rev = 0
    /// Changes that arrive while the first page is read; nil: live.
    private var held: [Publication]? = []
    /// Changes that a slow reader has not taken, in order of arrival.
    private var waiting: [TicketID: QueueChange] = [:]
    private var waitingOrder: [TicketID] = []

    init(
        _ subscriber: any QueueSubscriber, filter: TicketFilter,
        _ directory: PeopleDirectory = PeopleDirectory()
    ) {
        self.subscriber = subscriber
        self.filter = filter
        self.directory = directory
        words = filter.text.map { SearchWords($0) }
    }

    func shows(_ ticket: Ticket) -> Bool {
        let audience = subscriber.caller.audience(of: ticket)
        return filter.matchesFields(of: ticket, for: audience)
            && subscriber.caller.canAccess(ticket) && hasWords(ticket, for: audience)
    }

    private func hasWords(_ ticket: Ticket, for audience: Audience) -> Bool {
        guard let words else { return true }
        return words.isFound(
            in: ticket, for: audience, names: directory.otherNames(on: ticket))
    }

    private func encoded(_ snapshot: TicketSnapshot) -> [UInt8] {
        JSONWriter.staffSnapshot(directory.shown(snapshot.ticket))
    }

    /// `snapshotJSON` is the staff encoding of the publication's snapshot, made once for all.
    func offer(_ publication: Publication, snapshotJSON: () -> [UInt8]) {
        if held != nil {
            held?.append(publication)
            return
        }
        guard let change = change(publication) else { return }
        if subscriber.takesQueueUpdates, waiting.isEmpty {
            send(change, publication.ticket, snapshotJSON)
        } else {
            if waiting.updateValue(change, forKey: publication.ticket) == nil {
                waitingOrder.append(publication.ticket)
            }
        }
    }

    /// The first page is sent: changes that came meanwhile follow, unless the page has them.
    func goLive(_ page: [Ticket]) {
        let seqs = Dictionary(page.map { ($0.id, $0.seq) }, uniquingKeysWith: { $1 })
        let held = held ?? []
        self.held = nil
        for publication in held where publication.event.seq > seqs[publication.ticket] ?? 0 {
            offer(publication) { encoded(publication.snapshot) }
        }
    }

    /// Sends the collected changes, as far as the reader takes them.
    func flush() {
        var sent = 0
        for ticket in waitingOrder {
            guard subscriber.takesQueueUpdates else { break }
            sent += 1
            guard let change = waiting.removeValue(forKey: ticket) else { continue }
            send(change, ticket) {
                if case .upsert(let snapshot) = change { encoded(snapshot) } else { [] }
            }
        }
        waitingOrder.removeFirst(sent)
    }

    private func change(_ publication: Publication) -> QueueChange? {
        let after = publication.snapshot.ticket
        // The ticket's client must not learn when staff act internally.
        if !publication.event.isPublic, let before = publication.before?.ticket,
            isSeenAsClient(before), isSeenAsClient(after),
            before.isWatched(by: subscriber.caller.person.id)
                == after.isWatched(by: subscriber.caller.person.id)
        {
            return nil
        }
        if shows(after) { return .upsert(publication.snapshot) }
        guard let before = publication.before?.ticket, shows(before) else { return nil }
        let holder = after.assignedTo
        if let holder, holder.id != before.assignedTo?.id, holder.id != subscriber.caller.person.id
        {
            return .remove(why: "taken", by: holder)
        }
        return .remove(
            why: subscriber.caller.canAccess(after) ? "filter" : "access", by: nil)
    }

    private func isSeenAsClient(_ ticket: Ticket) -> Bool {
        subscriber.caller.canAccess(ticket) && subscriber.caller.audience(of: ticket) == .client
    }

    private func send(_ change: QueueChange, _ ticket: TicketID, _ snapshotJSON: () -> [UInt8]) {
        rev += 1
        var json = JSONWriter(reserving: 1024)
        json.beginObject()
        json.field("type", "queue.event")
        switch change {
        case .upsert(let snapshot):
            json.field("op", "upsert")
            json.key("ticket")
            let viewer = Viewer(subscriber.caller, of: snapshot.ticket)
            if viewer == .staff {
                json.raw(snapshotJSON())
            } else {
                json.snapshot(snapshot.ticket, for: viewer)
            }
        case .remove(let why, let by):
            json.field("op", "remove")
            json.id("id", ticket)
            json.field("why", why)
            if let by { json.person("by", by) }
        }
        json.field("rev", rev)
        json.endObject()
        subscriber.deliverQueue(json.bytes, rev: rev)
    }
}

extension JSONWriter {
    static func staffSnapshot(_ ticket: Ticket) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.snapshot(ticket, for: .staff)
        return json.bytes
    }

    /// `{"type":"queue",…}`.
    static func queue(
        _ page: TicketPage, for caller: Caller, re: Tree?, rev: Int
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 1024 * (page.tickets.count + 1))
        json.beginObject()
        json.field("type", "queue")
        if let re {
            json.key("re")
            json.value(re)
        }
        json.key("tickets")
        json.beginArray()
        for ticket in page.tickets { json.snapshot(ticket, for: Viewer(caller, of: ticket)) }
        json.endArray()
        json.field("rev", rev)
        json.field("more", page.next != nil)
        json.counts(page.counts)
        if let asOf = page.asOf { json.time("asOf", asOf) }
        json.endObject()
        return json.bytes
    }

    /// `"counts":{"status":{…}}`, with every status.
    mutating func counts(_ counts: [Status: Int]) {
        key("counts")
        beginObject()
        key("status")
        beginObject()
        for status in Status.allCases {
            key(status.rawValue)
            int(counts[status] ?? 0)
        }
        endObject()
        endObject()
    }
}
