// Joins a room: enters first, then reads the page, then goes live, so no event is lost or doubled.

import Protocol
import Text
import Tickets
import Wire

/// The content of an answer to `join`: from the room's memory, or from a reader thread.
struct RoomPage: Sendable {
    let snapshot: Ticket
    /// The caller's audience for `snapshot`.
    let audience: Audience
    /// Event objects, encoded for `audience`, separated by commas.
    let events: [UInt8]
    let more: Bool
    let reset: Bool
    var reads: [(by: Person, seq: Int)]
    /// True `seq` of the newest event in `events`; nil: none.
    let newestSeq: Int?

    func joined(
        re: Tree?, for viewer: Viewer, present: PresenceList, _ snapshots: SnapshotEncodings
    ) -> [UInt8] {
        let snapshot = snapshots.json(of: snapshot, for: viewer)
        var json = JSONWriter(reserving: snapshot.count + events.count + 1024)
        json.beginObject()
        json.field("type", "joined")
        if let re {
            json.key("re")
            json.value(re)
        }
        json.key("ticket")
        json.raw(snapshot)
        json.key("events")
        json.raw(events)
        json.field("seq", self.snapshot.activity(for: viewer.audience).seq)
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

struct RoomJoin {
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

    /// The answer from the room's memory: many members may reconnect without a read of the store.
    private func remembered() -> Outcome? {
        let caller = member.subscriber.caller
        guard let after, let room = worker.rooms.rooms[member.ticket], let snapshot = room.snapshot,
            room.knowsStoredReads, let publications = Self.missed(after: after, snapshot, in: room)
        else { return nil }
        guard caller.canAccess(snapshot.ticket) else { return .failure(.notFound) }
        let audience = caller.audience(of: snapshot.ticket)
        // Beyond a client's end of the log, a reader thread must decide.
        guard after <= snapshot.ticket.activity(for: audience).seq,
            let reads = Self.reads(in: room, for: audience, worker.context.directory)
        else { return nil }
        var events: [UInt8] = [UInt8(ascii: "[")]
        var newest: Int?
        var count = 0
        for publication in publications {
            guard let frame = publication.frame(for: audience) else { continue }
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
                snapshot: snapshot.ticket, audience: audience, events: events, more: false,
                reset: false,
                reads: reads, newestSeq: newest))
    }

    /// nil: for some marks the event that clients see is not in memory.
    private static func reads(
        in room: Room, for audience: Audience, _ directory: PeopleDirectory
    ) -> [(by: Person, seq: Int)]? {
        guard audience == .client else { return named(room.reads, directory) }
        for (person, seq) in room.reads {
            guard let visible = room.newestVisible(atOrBelow: seq) else { return nil }
            room.clientReads[person] = max(visible, room.clientReads[person] ?? 0)
        }
        return named(room.clientReads, directory)
    }

    /// Even a room without events in memory knows that a member with the newest seq missed nothing.
    private static func missed(
        after seq: Int, _ snapshot: TicketSnapshot, in room: Room
    ) -> ArraySlice<Publication>? {
        if seq == snapshot.ticket.seq { return [] }
        return room.recent.last?.snapshot === snapshot ? room.publications(after: seq) : nil
    }

    private func read(_ then: @escaping (Outcome) -> Void) {
        let ticket = member.ticket
        let caller = member.subscriber.caller
        let (after, limit) = (after, limit)
        worker.requests.ask { reader throws(StoreError) in
            try Self.page(of: ticket, for: caller, after: after, limit: limit, reader)
        } then: { [worker] (answer: Result<Found?, TicketRejection>) in
            switch answer {
            case .failure(let rejection): then(.failure(rejection))
            case .success(nil): then(.failure(.notFound))
            case .success(var found?):
                if let room = worker.rooms.rooms[ticket] { room.learn(found) }
                found.page.reads = Self.named(
                    found.reads(in: worker.rooms.rooms[ticket]), worker.context.directory)
                then(.success(found.page))
            }
        }
    }

    /// The result of a reader thread.
    struct Found: Sendable {
        var page: RoomPage
        /// Stored marks by person.
        let reads: [ExactText: Int]
        /// The same marks as clients may see them; empty: the page is for staff.
        let visibleReads: [ExactText: Int]

        /// A mark may have become durable after the page was read.
        func reads(in room: Room?) -> [ExactText: Int] {
            if page.audience == .client { return room?.clientReads ?? visibleReads }
            return room?.reads ?? reads
        }
    }

    /// Runs on a reader thread: the slice and its encoding. nil: missing, or hidden from the
    /// caller.
    static func page(
        of ticket: TicketID, for caller: Caller, after: Int?, limit: Int?,
        _ reader: any TicketReader
    ) throws(StoreError) -> Found? {
        let newest = min(limit ?? newestDefault, newestMax)
        let asked = after.map { EventQuery.Slice.after($0) } ?? .newest
        let count = after == nil ? newest : min(limit ?? afterMax, afterMax)
        guard var found = try reader.page(of: ticket, asked, limit: count, for: caller) else {
            return nil
        }
        var reset = false
        if let after, try reader.isBeyond(after, found, for: caller) {
            reset = true
            guard
                let afresh = try reader.page(of: ticket, .newest, limit: newest, for: caller)
            else { return nil }
            found = afresh
        }
        let audience = found.audience
        var json = JSONWriter(reserving: 512 * (found.events.count + 1))
        json.beginArray()
        for event in found.events { json.event(event, for: audience) }
        json.endArray()
        let visible = audience == .client ? try reader.visibleReads(of: found) : []
        return Found(
            page: RoomPage(
                snapshot: found.snapshot, audience: audience, events: json.bytes, more: found.more,
                reset: reset, reads: [], newestSeq: found.events.last?.seq),
            reads: Dictionary(
                found.reads.map { ($0.person, $0.seq) }, uniquingKeysWith: { max($0, $1) }),
            visibleReads: Dictionary(
                visible.map { ($0.person, $0.seq) }, uniquingKeysWith: { max($0, $1) }))
    }

    static func named(
        _ reads: [ExactText: Int], _ directory: PeopleDirectory
    ) -> [(by: Person, seq: Int)] {
        reads.compactMap { id, seq in
            seq > 0 ? directory.person(id).map { ($0, seq) } : nil
        }
        .sorted { $0.by.id < $1.by.id }
    }
}

extension Room {
    /// Takes over what a reader thread found about the ticket.
    fileprivate func learn(_ found: RoomJoin.Found) {
        learn(TicketSnapshot(found.page.snapshot))
        if found.page.audience == .client {
            for (person, seq) in reads where seq > found.reads[person] ?? 0 {
                guard let visible = newestVisible(atOrBelow: seq) else { continue }
                clientReads[person] = max(visible, clientReads[person] ?? 0)
            }
            clientReads.merge(found.visibleReads) { max($0, $1) }
        }
        reads.merge(found.reads) { max($0, $1) }
        knowsStoredReads = true
    }
}
