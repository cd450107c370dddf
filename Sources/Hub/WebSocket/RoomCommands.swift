// A session's room commands: join, leave, typing, read marks, focus.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct RoomCommands {
    private let session: WebSocketSession

    init(of session: WebSocketSession) { self.session = session }

    private var worker: Worker { session.worker }

    // MARK: Join and leave

    func join(_ reference: TicketReference, after: Int?, limit: Int?, _ re: Tree?) {
        resolve(reference, re) { [self] ticket in
            let roomsMax = session.settings.rooms
            guard session.members[ticket] != nil || session.members.count < roomsMax else {
                return session.refuse(
                    TicketRejection(
                        .tooLarge, "A connection can be in \(roomsMax) rooms at once.",
                        field: "ticket"), re: re)
            }
            let member =
                session.members[ticket]
                ?? worker.rooms.enter(session, ticket, countsAsPresent: true)
            member.held = member.held ?? []
            member.missed = nil
            session.members[ticket] = member
            session.pageBegan()
            RoomJoin(
                worker: worker, member: member, after: after, limit: limit
            ).open { [self] outcome in
                joined(member, outcome, re)
                session.pageEnded()
            }
        }
    }

    private func joined(_ member: Member, _ outcome: RoomJoin.Outcome, _ re: Tree?) {
        guard session.members[member.ticket] === member else {
            return session.refuse(.overtaken, re: re)
        }
        let caller = session.caller
        switch outcome {
        case .success(let page) where !caller.canAccess(page.snapshot):
            // A newer token arrived while the page was read.
            joined(member, .failure(.notFound), re)
        case .success(let page) where caller.audience(of: page.snapshot) != page.audience:
            joined(member, .failure(.overtaken), re)
        case .success(let page):
            worker.rooms.show(member)
            session.send(
                page.joined(
                    re: re, for: Viewer(caller, as: page.audience),
                    present: worker.rooms.present(for: member),
                    worker.snapshotEncodings))
            worker.rooms.goLive(member, with: page.snapshot)
        case .failure(let rejection):
            session.members[member.ticket] = nil
            worker.rooms.leave(member)
            session.refuse(rejection, re: re)
        }
    }

    /// The author of a ticket joins its room.
    func enterCreated(_ ticket: Ticket) {
        guard session.members[ticket.id] == nil,
            session.members.count < session.settings.rooms
        else { return }
        let member = worker.rooms.enter(session, ticket.id, countsAsPresent: true)
        session.members[ticket.id] = member
        worker.rooms.room(ticket.id).learn(TicketSnapshot(ticket))
        worker.rooms.show(member)
        worker.rooms.goLive(member, with: ticket)
    }

    func leave(_ reference: TicketReference, _ re: Tree?) {
        withMember(of: reference, re) { member in
            session.members[member.ticket] = nil
            worker.rooms.leave(member)
            session.answer("left", re) { $0.id("ticket", member.ticket) }
        }
    }

    // MARK: In a room

    func setFocus(_ hasFocus: Bool, of reference: TicketReference, _ re: Tree?) {
        withMember(of: reference, re) { worker.rooms.setFocus(hasFocus, of: $0) }
    }

    func type(in reference: TicketReference, isOn: Bool, isInternal: Bool, _ re: Tree?) {
        withMember(of: reference, re) { type(in: $0, isOn: isOn, isInternal: isInternal, re) }
    }

    func type(in member: Member, isOn: Bool, isInternal: Bool, _ re: Tree?) {
        // Until the page is read it is unknown whether the caller has access.
        guard member.isShown else { return }
        if isInternal, !member.isStaff { return refuseInternalTyping(re) }
        worker.rooms.type(member, isOn: isOn, isInternal: isInternal)
    }

    private func refuseInternalTyping(_ re: Tree?) {
        session.refuse(
            TicketRejection(.forbidden, "Internal notes are for staff.", field: "internal"), re: re)
    }

    func read(_ reference: TicketReference, seq: Int, _ re: Tree?) {
        withMember(of: reference, re) { member in
            // Until the page of a `join` is read it is unknown whether the caller has access.
            guard member.isShown else { return }
            let caller = session.caller
            let known = worker.rooms.rooms[member.ticket]?.reads[caller.person.id] ?? 0
            if seq > known { worker.requests.mark(member.ticket, by: caller, seq: seq) }
        }
    }

    // MARK: References

    /// A reader thread looks up a reference; an id needs no lookup.
    private func resolve(
        _ reference: TicketReference, _ re: Tree?, _ then: @escaping (TicketID) -> Void
    ) {
        if case .number(let number) = reference, let known = member(number: number) {
            return then(known.ticket)
        }
        worker.requests.find(reference) { [session] found in
            guard session.connection != nil else { return }
            switch found {
            case .success(let id): then(id)
            case .failure(let rejection): session.refuse(rejection, re: re)
            }
        }
    }

    private func withMember(
        of reference: TicketReference, _ re: Tree?, _ body: (Member) -> Void
    ) {
        let member: Member? =
            switch reference {
            case .id(let id): session.members[id]
            case .number(let number): member(number: number)
            }
        if let member { body(member) } else { refuseOutside(re) }
    }

    private func member(number: Int) -> Member? {
        session.members.values.first {
            worker.rooms.rooms[$0.ticket]?.snapshot?.ticket.number == number
        }
    }

    private func refuseOutside(_ re: Tree?) {
        session.refuse(
            TicketRejection(
                .notFound, "You are not in the room of such a ticket; join it first.",
                field: "ticket"), re: re)
    }
}
