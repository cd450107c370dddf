// `POST /api/tickets/ID/messages/SEQ/redact`: answers when the words are erased from the store,
// including its unused pages.

import Protocol
import Text
import Tickets
import Wire

extension TicketCalls {
    func redact(_ name: ExactText, seq text: ExactText) {
        perform { () throws(TicketRejection) in
            let reference = try reference(name)
            guard let seq = text.number, seq > 0, text.utf8.first != UInt8(ascii: "0") else {
                throw TicketRejection(
                    .notFound, "A message is named by its seq, 1 or more.", field: "seq")
            }
            var fields = try exchange.fields()
            let reason = try fields.string("reason")
            let key = try exchange.idempotencyKey(&fields)
            try fields.finish()
            let command = TicketCommand(
                caller: caller, request: .redact(reference, seq: seq, reason: reason), key: key)
            worker.requests.submit(command) { outcome in
                switch outcome {
                case .success(let decided): finish(decided)
                case .failure(let rejection): exchange.refuse(rejection, for: caller)
                }
            }
        }
    }

    /// The event is durable and published; only traces are left.
    private func finish(_ decided: Decided) {
        worker.requests.removeTraces { outcome in
            switch outcome {
            case .success(let copies): respond(.success(redacted(decided, copies)))
            case .failure:
                exchange.refuse(
                    .unavailable(
                        "The message is redacted, but traces of it are left in the store's files. "
                            + "Try again to have them removed."))
            }
        }
    }

    private func redacted(_ decided: Decided, _ copies: [CopyElsewhere]) -> Response {
        let viewer = Viewer(caller, of: decided.snapshot.ticket)
        return .json { json in
            guard !decided.isOutOfSight else {
                json.acknowledgement(of: decided, for: caller)
                return json.copies(copies)
            }
            json.key("ticket")
            json.snapshot(decided.snapshot.ticket, for: viewer)
            json.key("event")
            if let event = decided.event, event.isVisible(to: viewer.audience) {
                json.event(event, for: viewer.audience)
            } else {
                json.null()
            }
            json.copies(copies)
            if decided.isReplay { json.field("replayed", true) }
        }
    }
}

extension JSONWriter {
    mutating func copies(_ copies: [CopyElsewhere]) {
        strings("copiesElsewhere", copies.map(\.rawValue))
    }
}
