// Handles each frame of a client (docs/protocol.md 7.4).

import Protocol
import Reactor
import Text
import Tickets
import Wire

extension WebSocketSession {
    func perform(_ frame: ClientFrame, re: Tree?) {
        switch frame {
        case .join(let ticket, let after, let limit): join(ticket, after: after, limit: limit, re)
        case .leave(let ticket): leave(ticket, re)
        case .command(let request, let key): submit(request, key: key, re)
        case .typing(let ticket, let isOn, let isInternal):
            withMember(of: ticket, re) { type(in: $0, isOn: isOn, isInternal: isInternal, re: re) }
        case .read(let ticket, let seq): read(ticket, seq: seq, re)
        case .view(let ticket, let hasFocus):
            withMember(of: ticket, re) { worker.rooms.setFocus(hasFocus, of: $0) }
        case .queueJoin(let filter, let limit): joinQueue(filter, limit: limit, re)
        case .queueLeave: leaveQueue(re)
        case .auth(let token): authenticate(token, re)
        case .ping: pong(re)
        }
    }

    // MARK: Answers

    func pong(_ re: Tree?) {
        send(
            answer("pong", re) {
                $0.time("time", Timestamp(milliseconds: wallClockMilliseconds()))
            })
    }

    private func answer(
        _ type: String, _ re: Tree?, _ fields: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", type)
        json.key("re")
        json.value(re ?? .null)
        fields(&json)
        json.endObject()
        return json.bytes
    }

    // MARK: Rooms

    private func join(_ reference: TicketReference, after: Int?, limit: Int?, _ re: Tree?) {
        resolve(reference, re) { [self] ticket in
            guard members[ticket] != nil || members.count < settings.rooms else {
                return refuse(
                    TicketRejection(
                        .tooLarge, "A connection can be in \(settings.rooms) rooms at once.",
                        field: "ticket"), re: re)
            }
            let member = members[ticket] ?? worker.rooms.enter(self, ticket, countsAsPresent: true)
            member.held = member.held ?? []
            member.missed = nil
            members[ticket] = member
            pageBegan()
            RoomJoin(
                worker: worker, member: member, after: after, limit: limit
            ).open { [self] outcome in
                joined(member, outcome, re)
                pageEnded()
            }
        }
    }

    private func joined(_ member: Member, _ outcome: RoomJoin.Outcome, _ re: Tree?) {
        guard members[member.ticket] === member else { return refuse(.overtaken, re: re) }
        switch outcome {
        case .success(let page) where !caller.canAccess(page.snapshot):
            // A newer token arrived while the page was read.
            joined(member, .failure(.notFound), re)
        case .success(let page) where caller.audience(of: page.snapshot) != page.audience:
            joined(member, .failure(.overtaken), re)
        case .success(let page):
            worker.rooms.show(member)
            send(
                page.joined(
                    re: re, for: Viewer(caller, as: page.audience),
                    present: worker.rooms.present(for: member),
                    worker.snapshotEncodings))
            worker.rooms.goLive(member, with: page.snapshot)
        case .failure(let rejection):
            members[member.ticket] = nil
            worker.rooms.leave(member)
            refuse(rejection, re: re)
        }
    }

    private func leave(_ reference: TicketReference, _ re: Tree?) {
        withMember(of: reference, re) { member in
            members[member.ticket] = nil
            worker.rooms.leave(member)
            send(answer("left", re) { $0.id("ticket", member.ticket) })
        }
    }

    /// A reader thread looks up a reference; an id needs no lookup.
    private func resolve(
        _ reference: TicketReference, _ re: Tree?, _ then: @escaping (TicketID) -> Void
    ) {
        if case .number(let number) = reference, let known = member(number: number) {
            return then(known.ticket)
        }
        worker.find(reference) { [self] found in
            guard connection != nil else { return }
            switch found {
            case .success(let id): then(id)
            case .failure(let rejection): refuse(rejection, re: re)
            }
        }
    }

    private func member(number: Int) -> Member? {
        members.values.first { worker.rooms.rooms[$0.ticket]?.snapshot?.ticket.number == number }
    }

    private func withMember(
        of reference: TicketReference, _ re: Tree?, _ body: (Member) -> Void
    ) {
        let member: Member? =
            switch reference {
            case .id(let id): members[id]
            case .number(let number): member(number: number)
            }
        if let member { body(member) } else { refuseOutside(re) }
    }

    private func refuseOutside(_ re: Tree?) {
        refuse(
            TicketRejection(
                .notFound, "You are not in the room of such a ticket; join it first.",
                field: "ticket"), re: re)
    }

    // MARK: Commands

    private func submit(_ request: TicketCommand.Request, key: ExactText?, _ re: Tree?) {
        let command = TicketCommand(caller: caller, request: request, key: key)
        commandBegan()
        worker.submit(command) { [self] outcome in
            guard connection != nil else { return }
            switch outcome {
            case .success(let decided): acknowledge(decided, of: request, re)
            case .failure(let rejection): refuse(rejection, re: re)
            }
            commandEnded()
        }
    }

    private func acknowledge(
        _ decided: Decided, of request: TicketCommand.Request, _ re: Tree?
    ) {
        let ticket = decided.snapshot.ticket
        if case .create = request, !decided.isOutOfSight, caller.canAccess(ticket) {
            send(
                answer("created", re) { json in
                    json.key("ticket")
                    let shown = worker.context.directory.shown(ticket)
                    json.snapshot(shown, for: Viewer(caller, of: ticket))
                    if decided.isReplay { json.field("replayed", true) }
                })
            return enterCreated(ticket)
        }
        send(answer("ack", re) { $0.acknowledgement(of: decided, for: caller) })
    }

    /// The author of a ticket joins its room.
    private func enterCreated(_ ticket: Ticket) {
        guard members[ticket.id] == nil, members.count < settings.rooms else { return }
        let member = worker.rooms.enter(self, ticket.id, countsAsPresent: true)
        members[ticket.id] = member
        worker.rooms.room(ticket.id).learn(TicketSnapshot(ticket))
        worker.rooms.show(member)
        worker.rooms.goLive(member, with: ticket)
    }

    func type(in member: Member, isOn: Bool, isInternal: Bool, re: Tree?) {
        // Until the page is read it is unknown whether the caller has access.
        guard member.isShown else { return }
        if isInternal, !member.isStaff { return refuseInternalTyping(re) }
        worker.rooms.type(member, isOn: isOn, isInternal: isInternal)
    }

    private func refuseInternalTyping(_ re: Tree?) {
        refuse(
            TicketRejection(.forbidden, "Internal notes are for staff.", field: "internal"), re: re)
    }

    private func read(_ reference: TicketReference, seq: Int, _ re: Tree?) {
        withMember(of: reference, re) { member in
            // Until the page of a `join` is read it is unknown whether the caller has access.
            guard member.isShown else { return }
            let known = worker.rooms.rooms[member.ticket]?.reads[caller.person.id] ?? 0
            if seq > known { worker.mark(member.ticket, by: caller, seq: seq) }
        }
    }

    // MARK: Queue

    private func joinQueue(_ filter: TicketFilter, limit: Int?, _ re: Tree?) {
        guard caller.person.role.isStaff else {
            return refuse(
                TicketRejection(.forbidden, "The queue is for staff.", field: "type"), re: re)
        }
        if let queue { worker.queues.leave(queue) }
        let subscription = QueueSubscription(
            self, filter: filter, worker.context.directory)
        queue = subscription
        worker.queues.enter(subscription)
        pageBegan()
        worker.askQueue(filter, caller: caller, limit: limit) { [self] answer in
            defer { pageEnded() }
            guard queue === subscription else { return refuse(.overtaken, re: re) }
            switch answer {
            case .success(let page):
                send(
                    JSONWriter.queue(
                        page, for: caller, re: re ?? .null, rev: subscription.rev))
                subscription.goLive(page.tickets)
            case .failure(let rejection):
                worker.queues.leave(subscription)
                queue = nil
                refuse(rejection, re: re)
            }
        }
    }

    private func leaveQueue(_ re: Tree?) {
        endQueue()
        send(answer("queue.left", re) { _ in })
    }

    func endQueue() {
        if let queue { worker.queues.leave(queue) }
        queue = nil
    }

    // MARK: Token

    private func authenticate(_ token: String, _ re: Tree?) {
        do throws(TicketRejection) {
            let identity = try worker.identify(token)
            guard identity.caller.person.id == caller.person.id else {
                throw TicketRejection(
                    .unauthorized, "The token names somebody else.", field: "token")
            }
            renew(identity)
            send(
                answer("authed", re) { $0.field("exp", identity.expiresAt) })
        } catch {
            refuse(error, re: re)
        }
    }
}

extension TicketRejection {
    /// Every command gets an answer, even one that a later command cancels before its page is read.
    fileprivate static let overtaken = TicketRejection(
        .conflict, "A later command has left this room or queue, or joined another queue.")
}

extension JSONWriter {
    /// The fields that tell an author the result of their command, without the rest of the ticket.
    mutating func acknowledgement(of decided: Decided, for caller: Caller) {
        let ticket = decided.snapshot.ticket
        let activity = ticket.activity(for: caller.audience(of: ticket))
        id("ticket", ticket.id)
        field("seq", decided.event?.seq ?? activity.seq)
        if let message = decided.event?.message { id("messageId", message.id) }
        time("at", decided.event?.at ?? activity.updatedAt)
        if decided.isReplay { field("replayed", true) }
    }
}

extension Worker {
    func askQueue(
        _ filter: TicketFilter, caller: Caller, limit: Int?,
        then: @escaping (Result<TicketPage, TicketRejection>) -> Void
    ) {
        var query = TicketQuery(
            caller: caller, sort: .urgency, limit: min(max(1, limit ?? 50), 200))
        query.filter = filter
        askForTickets(query, { $0 }, then: then)
    }
}
