// Handles each frame of a client (docs/protocol.md 7.4).

import Protocol
import Reactor
import Text
import Tickets
import Wire

/// The commands of one session. Rooms and the queue have types of their own.
struct SessionCommands {
    private let session: WebSocketSession

    init(of session: WebSocketSession) { self.session = session }

    private var rooms: RoomCommands { RoomCommands(of: session) }
    private var queue: QueueCommands { QueueCommands(of: session) }

    func perform(_ frame: ClientFrame, re: Tree?) {
        switch frame {
        case .join(let ticket, let after, let limit):
            rooms.join(ticket, after: after, limit: limit, re)
        case .leave(let ticket): rooms.leave(ticket, re)
        case .command(let request, let key): submit(request, key: key, re)
        case .typing(let ticket, let isOn, let isInternal):
            rooms.type(in: ticket, isOn: isOn, isInternal: isInternal, re)
        case .read(let ticket, let seq): rooms.read(ticket, seq: seq, re)
        case .view(let ticket, let hasFocus): rooms.setFocus(hasFocus, of: ticket, re)
        case .queueJoin(let filter, let limit): queue.join(filter, limit: limit, re)
        case .queueLeave: queue.leave(re)
        case .auth(let token): authenticate(token, re)
        case .ping: pong(re)
        }
    }

    /// The plain form of the most frequent frame, in a room of the session.
    func perform(_ typing: TypingFrame, in member: Member) {
        rooms.type(in: member, isOn: typing.isOn, isInternal: typing.isInternal, nil)
    }

    func pong(_ re: Tree?) {
        session.answer("pong", re) {
            $0.time("time", Timestamp(milliseconds: wallClockMilliseconds()))
        }
    }

    // MARK: To the journal

    private func submit(_ request: TicketCommand.Request, key: ExactText?, _ re: Tree?) {
        let command = TicketCommand(caller: session.caller, request: request, key: key)
        session.commandBegan()
        session.worker.requests.submit(command) { [self] outcome in
            guard session.connection != nil else { return }
            switch outcome {
            case .success(let decided): acknowledge(decided, of: request, re)
            case .failure(let rejection): session.refuse(rejection, re: re)
            }
            session.commandEnded()
        }
    }

    private func acknowledge(
        _ decided: Decided, of request: TicketCommand.Request, _ re: Tree?
    ) {
        let (ticket, caller) = (decided.snapshot.ticket, session.caller)
        guard case .create = request, !decided.isOutOfSight, caller.canAccess(ticket) else {
            return session.answer("ack", re) { $0.acknowledgement(of: decided, for: caller) }
        }
        session.answer("created", re) { json in
            json.key("ticket")
            let shown = session.worker.context.directory.shown(ticket)
            json.snapshot(shown, for: Viewer(caller, of: ticket))
            if decided.isReplay { json.field("replayed", true) }
        }
        rooms.enterCreated(ticket)
    }

    // MARK: Token

    private func authenticate(_ token: String, _ re: Tree?) {
        do throws(TicketRejection) {
            let identity = try session.worker.identification.identity(of: token)
            guard identity.caller.person.id == session.caller.person.id else {
                throw TicketRejection(
                    .unauthorized, "The token is for another person.", field: "token")
            }
            session.renew(identity)
            session.answer("authed", re) { $0.field("exp", identity.expiresAt) }
        } catch {
            session.refuse(error, re: re)
        }
    }
}

extension WebSocketSession {
    /// Answers the frame with the id `re`.
    func answer(_ type: String, _ re: Tree?, _ fields: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", type)
        json.key("re")
        json.value(re ?? .null)
        fields(&json)
        json.endObject()
        send(json.bytes)
    }
}

extension TicketRejection {
    /// Every command gets an answer, even one that a later command cancels before its page is read.
    static let overtaken = TicketRejection(
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
