// Entering a room: registered first, then the page, then live, so nothing is lost or doubled.

import Tickets
import Wire

/// What an answer to `join` shows: from the room's memory, or from a reader thread.
struct RoomPage: Sendable {
    let head: Ticket
    /// Event objects, encoded for the caller's audience, with commas.
    let events: [UInt8]
    let more: Bool
    let reset: Bool
    var reads: [(by: Person, seq: Int)]
    /// True `seq` of the newest event in `events`; nil: none.
    let newestSeq: Int?

    func joined(
        re: JSON?, for viewer: Viewer, present: PresenceList, _ heads: HeadEncodings
    ) -> [UInt8] {
        let head = heads.json(of: head, for: viewer)
        var json = JSONWriter(reserving: head.count + events.count + 1024)
        json.beginObject()
        json.field("type", "joined")
        if let re {
            json.key("re")
            json.value(re)
        }
        json.key("ticket")
        json.raw(head)
        json.key("events")
        json.raw(events)
        json.field("seq", self.head.activity(for: viewer.audience).seq)
        json.field("more", more)
        json.field("reset", reset)
        json.key("present")
        json.raw(present.json)
        json.key("reads")
        json.beginArray()
        for read in reads {
            json.beginObject()
            json.person("by", read.by)
            json.field("seq", read.seq)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish()
    }
}

struct RoomEntry {
    typealias Outcome = Result<RoomPage, TicketRejection>

    static let newestDefault = 50
    static let newestMax = 200
    static let afterMax = 500
    static let pageBytes = 256 * 1024

    let worker: Worker
    let member: Member
    let after: Int?
    let limit: Int?

    func open(_ then: @escaping (Outcome) -> Void) {
        if let page = remembered() { return then(page) }
        guard after != nil, let room = worker.rooms.rooms[member.ticket] else { return read(then) }
        if room.awaitingPage != nil {
            room.awaitingPage?.append {
                if let page = remembered() { then(page) } else { read(then) }
            }
            return
        }
        room.awaitingPage = []
        read { page in
            then(page)
            let crowd = room.awaitingPage ?? []
            room.awaitingPage = nil
            for goOn in crowd { goOn() }
        }
    }

    /// The answer from what the room remembers: no store is asked when a crowd comes back.
    private func remembered() -> Outcome? {
        let caller = member.subscriber.caller
        guard let after, let room = worker.rooms.rooms[member.ticket], let head = room.head,
            room.knowsStoredReads, let publications = Self.missed(after: after, head, in: room)
        else { return nil }
        guard caller.canAccess(head.ticket) else { return .failure(.notFound) }
        var events: [UInt8] = [UInt8(ascii: "[")]
        var newest: Int?
        var count = 0
        for publication in publications {
            guard let frame = publication.frame(for: caller.audience) else { continue }
            guard count < min(limit ?? Self.afterMax, Self.afterMax),
                events.count + frame.objectBytes <= Self.pageBytes
            else { return nil }
            if count > 0 { events.append(UInt8(ascii: ",")) }
            frame.appendObject(to: &events)
            newest = publication.event.seq
            count += 1
        }
        events.append(UInt8(ascii: "]"))
        return .success(
            RoomPage(
                head: head.ticket, events: events, more: false, reset: false,
                reads: Self.named(room.reads, worker.context.directory), newestSeq: newest))
    }

    /// Of a room that has seen no event yet at least this is known: who has the newest missed nothing.
    private static func missed(
        after seq: Int, _ head: HeadBox, in room: Room
    ) -> ArraySlice<Publication>? {
        if seq == head.ticket.seq { return [] }
        return room.recent.last?.head === head ? room.publications(after: seq) : nil
    }

    private func read(_ then: @escaping (Outcome) -> Void) {
        let ticket = member.ticket
        let caller = member.subscriber.caller
        let directory = worker.context.directory
        let (after, limit) = (after, limit)
        worker.ask { reader throws(StoreError) in
            try Self.page(of: ticket, for: caller, after: after, limit: limit, reader, directory)
        } then: {
            [worker] (answer: Result<(page: RoomPage, reads: [String: Int])?, TicketRejection>) in
            switch answer {
            case .failure(let rejection): then(.failure(rejection))
            case .success(nil): then(.failure(.notFound))
            case .success(var found?):
                if let room = worker.rooms.rooms[ticket] {
                    room.learn(HeadBox(found.page.head))
                    // A mark may have become durable after the page was read.
                    room.reads.merge(found.reads) { max($0, $1) }
                    room.knowsStoredReads = true
                    found.page.reads = Self.named(room.reads, directory)
                }
                then(.success(found.page))
            }
        }
    }

    /// On a reader thread: the slice and its encoding. nil: not there, or not the caller's to see.
    static func page(
        of ticket: TicketID, for caller: Caller, after: Int?, limit: Int?,
        _ reader: any TicketReader, _ directory: PeopleDirectory
    ) throws(StoreError) -> (page: RoomPage, reads: [String: Int])? {
        let audience = caller.audience
        var query = EventQuery(
            .newest, limit: min(limit ?? newestDefault, newestMax), audience: audience)
        if let after {
            query = EventQuery(
                .after(after), limit: min(limit ?? afterMax, afterMax), audience: audience)
        }
        guard var found = try reader.page(of: ticket, query), caller.canAccess(found.head) else {
            return nil
        }
        var reset = false
        if let after, after > found.head.seq {
            reset = true
            query = EventQuery(
                .newest, limit: min(limit ?? newestDefault, newestMax), audience: audience)
            guard let afresh = try reader.page(of: ticket, query) else { return nil }
            found = afresh
        }
        var json = JSONWriter(reserving: 512 * (found.events.count + 1))
        json.beginArray()
        for event in found.events { json.event(event, for: audience) }
        json.endArray()
        let reads = Dictionary(
            found.reads.map { ($0.person, $0.seq) }, uniquingKeysWith: { max($0, $1) })
        return (
            RoomPage(
                head: found.head, events: json.bytes, more: found.more, reset: reset,
                reads: named(reads, directory), newestSeq: found.events.last?.seq),
            reads
        )
    }

    private static func named(
        _ reads: [String: Int], _ directory: PeopleDirectory
    ) -> [(by: Person, seq: Int)] {
        reads.compactMap { id, seq in directory.person(id).map { ($0, seq) } }
            .sorted { $0.by.id < $1.by.id }
    }
}
