// Server-Sent Events: a room or a queue over plain HTTP, with the JSON of WebSocket frames.

import Protocol
import Reactor
import Tickets
import Wire

final class EventStream: WorkerSession, RoomSubscriber, QueueSubscriber {
    private let worker: Worker
    private(set) var connection: Connection?
    private let identity: Identity
    /// Counts this stream for the person.
    private var hold: AccountHold?
    private var member: Member?
    private var queue: QueueSubscription?
    private var missed = MissedEvents()
    /// Where a replay continues when the reader has taken the sent part.
    private var replayFrom: Int?
    private var lastBeat: Int64

    init(worker: Worker, connection: Connection, identity: Identity, hold: AccountHold) {
        self.worker = worker
        self.hold = hold
        self.connection = connection
        self.identity = identity
        lastBeat = worker.loop.now
        connection.lowWater = worker.context.settings.outboundBytes / 4
    }

    static let headers = [
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),
    ]

    var caller: Caller { identity.caller }
    private var outboundMax: Int { worker.context.settings.outboundBytes }

    // MARK: A ticket

    func follow(_ ticket: TicketID, after: Int?) {
        let member = worker.rooms.enter(self, ticket, countsAsPresent: true)
        self.member = member
        if let after { replay(member, after: after) } else { join(member) }
    }

    private func join(_ member: Member) {
        RoomJoin(worker: worker, member: member, after: nil, limit: nil).open {
            [weak self] outcome in
            self?.joined(member, outcome)
        }
    }

    private func joined(_ member: Member, _ outcome: RoomJoin.Outcome) {
        guard self.member === member else { return }
        guard case .success(let page) = outcome else { return end() }
        let viewer = Viewer(caller, as: page.audience)
        worker.rooms.show(member)
        let present = worker.rooms.present(for: member)
        send(
            page.joined(re: nil, for: viewer, present: present, worker.snapshotEncodings),
            id: page.snapshot.activity(for: page.audience).seq)
        worker.rooms.goLive(member, with: page.snapshot)
    }

    /// The events since `after`, page by page at the reader's pace, then live.
    private func replay(_ member: Member, after: Int) {
        let (ticket, caller) = (member.ticket, caller)
        worker.requests.ask { reader throws(StoreError) in
            guard
                let page = try reader.page(
                    of: ticket, .after(after), limit: RoomJoin.afterMax, for: caller)
            else { return nil }
            return (page, try reader.isBeyond(after, page, for: caller))
        } then: {
            [weak self] (answer: Result<(page: ViewedPage, isBeyond: Bool)?, TicketRejection>) in
            guard let self, self.member === member else { return }
            guard case .success(let found?) = answer else { return end() }
            // A position beyond the log: starts afresh; `joined` says so with its reset.
            if found.isBeyond { join(member) } else { replayed(found.page, member) }
        }
    }

    private func replayed(_ page: ViewedPage, _ member: Member) {
        for event in page.events {
            let frame = EventFrame(event, for: page.audience)
            send(Array(frame.payload), id: event.seq)
        }
        if page.more, let newest = page.events.last?.seq {
            if (connection?.queuedBytes ?? 0) <= outboundMax / 4 {
                return replay(member, after: newest)
            }
            replayFrom = newest
            return
        }
        worker.rooms.show(member)
        worker.rooms.goLive(member, with: page.snapshot)
    }

    func deliver(_ publication: Publication, to member: Member) {
        guard let connection, let frame = publication.frame(for: member.audience) else { return }
        guard worker.hasRoomInQueues || connection.queuedBytes == 0 else {
            connection.watchDrain()
            return missed.note(member, at: publication.event.seq)
        }
        if member.missed != nil
            || connection.queuedBytes > connection.lowWater
                && connection.queuedBytes + frame.bytes.count > outboundMax
        {
            return missed.note(member, at: publication.event.seq)
        }
        send(Array(frame.payload), id: publication.event.seq)
    }

    func deliverEphemeral(_ signal: SignalFrame) {
        guard let connection, connection.queuedBytes < outboundMax / 2 else { return }
        send(Array(signal.payload), id: nil)
    }

    func lostAccess(to ticket: TicketID) {
        member = nil
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "removed")
        json.id("ticket", ticket)
        json.endObject()
        send(json.bytes, id: nil)
        end()
    }

    // MARK: The queue

    func followQueue(_ filter: TicketFilter, limit: Int?) {
        let subscription = QueueSubscription(
            self, filter: filter, worker.context.directory)
        queue = subscription
        worker.queues.enter(subscription)
        worker.requests.askQueue(filter, caller: caller, limit: limit) { [weak self] answer in
            guard let self, queue === subscription else { return }
            guard case .success(let page) = answer else { return end() }
            send(
                JSONWriter.queue(page, for: caller, re: nil, rev: subscription.rev),
                id: subscription.rev)
            subscription.goLive(page.tickets)
        }
    }

    var takesQueueUpdates: Bool { (connection?.queuedBytes ?? .max) <= outboundMax / 4 }

    func deliverQueue(_ json: [UInt8], rev: Int) { send(json, id: rev) }

    // MARK: Bytes

    private func send(_ json: [UInt8], id: Int?) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count + 32)
        if let id { bytes.append(contentsOf: "id: \(id)\n".utf8) }
        bytes.append(contentsOf: "data: ".utf8)
        bytes.append(contentsOf: json)
        bytes.append(contentsOf: "\n\n".utf8)
        connection?.send(bytes)
    }

    /// A stream ignores input.
    func connection(_ connection: Connection, received bytes: Span<UInt8>) {}

    func connectionReachedEnd(_ connection: Connection) { end() }

    func connectionDrained(_ connection: Connection) {
        connection.lowWater = outboundMax / 4
        if let member, let from = replayFrom {
            replayFrom = nil
            replay(member, after: from)
        }
        if let member {
            for json in missed.take(from: CollectionOfOne(member)) { send(json, id: nil) }
        }
        queue?.flush()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        leave()
        hold = nil
        worker.forget(connection)
        self.connection = nil
    }

    private func end() {
        leave()
        connection?.closeAfterFlush()
    }

    private func leave() {
        if let member { worker.rooms.leave(member) }
        member = nil
        if let queue { worker.queues.leave(queue) }
        queue = nil
    }

    // MARK: Time

    func sweep(now: Int64) {
        guard let connection else { return }
        let settings = worker.context.settings
        if connection.queuedBytes > 0 || connection.isClosing { return }
        if identity.expiresAt <= worker.nowSeconds {
            end()
        } else if settings.heartbeatSeconds > 0,
            now - lastBeat >= Int64(settings.heartbeatSeconds) * 1000
        {
            lastBeat = now
            connection.send(Array(": beat\n\n".utf8))
        }
    }

    func revoke(_ list: RevocationList) {
        if list.covers(identity) { end() }
    }

    func announceDrain(reconnectInMs: Int) {
        connection?.send(Array("retry: \(reconnectInMs)\n\n".utf8))
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "drain")
        json.field("reconnectIn", reconnectInMs)
        json.endObject()
        send(json.bytes, id: nil)
    }

    func sayGoodbye() { end() }
}
