// `POST /api/people/ID/erase`: for admins. Answers when the person is erased from the store.

import Protocol
import Reactor
import Text
import Tickets
import Wire

extension PeopleCalls {
    /// The id in the path, byte for byte: an id may contain slashes, and a combining mark at its
    /// start belongs to it.
    private var person: ExactText? {
        let path = exchange.head.path.utf8
        let (start, end) = ("/api/people/".utf8, "/erase".utf8)
        guard path.count > start.count + end.count, path.starts(with: start),
            path.suffix(end.count).elementsEqual(end)
        else { return nil }
        return ExactText(Substring(path.dropFirst(start.count).dropLast(end.count)))
    }

    func erase() {
        perform { () throws(TicketRejection) in
            var fields = try exchange.fields()
            let redacts = try redactsMessages(&fields)
            let reason = try reason(&fields)
            try fields.finish()
            guard identity.caller.person.role == .admin else {
                throw TicketRejection(.forbidden, "Only admins may erase a person.")
            }
            guard let id = person else {
                throw TicketRejection(.notFound, "There is no such call.")
            }
            guard Erasure.canErase(id),
                worker.context.directory.person(id) != nil || worker.refusedTokens.erasing.names(id)
            else {
                throw TicketRejection(
                    .notFound, "No person with the id “\(id.excerpt)” is known here.", field: "id")
            }
            exchange.isOfOwnErasure = id == identity.caller.person.id
            run(
                ErasureRequest(
                    person: id, redactsMessages: redacts, by: identity.caller.person,
                    reason: reason))
        }
    }

    private func redactsMessages(_ fields: inout FieldReader) throws(TicketRejection) -> Bool {
        switch try fields.text("messages") {
        case "keep": false
        case "redact": true
        default: throw FieldReader.wrong("messages", "one of keep, redact")
        }
    }

    private func reason(_ fields: inout FieldReader) throws(TicketRejection) -> String {
        let reason = try fields.string("reason")
        let limit = worker.context.settings.content.reasonCharacters
        guard !reason.isBlank else {
            throw TicketRejection(
                .badRequest, "An erasure needs a reason.", field: "reason")
        }
        guard reason.utf8.count <= 32 * limit, reason.count <= limit else {
            throw TicketRejection(
                .tooLarge, "reason is over its limit of \(limit) characters.", field: "reason")
        }
        return reason
    }

    private func run(_ request: ErasureRequest) {
        let reply = worker.requests.replies.awaitAnswer {
            (answer: Result<Erased, TicketRejection>) in
            switch answer {
            case .success(let erased): clean(erased, request)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
        worker.context.journal.post(
            .erase(request, reply))
    }

    private func clean(_ erased: Erased, _ request: ErasureRequest) {
        worker.requests.removeTraces { outcome in
            switch outcome {
            case .success(let copies): respond(erased, request, copies)
            case .failure:
                exchange.refuse(
                    .unavailable(
                        "The person is erased, but traces are left in the store's files. "
                            + "The next redaction or start of the hub removes them."))
            }
        }
    }

    private func respond(
        _ erased: Erased, _ request: ErasureRequest, _ copies: [CopyElsewhere]
    ) {
        exchange.respond(
            .json { json in
                json.field("id", erased.pseudonym)
                json.field("name", Person.erasedName)
                json.field("messages", request.redactsMessages ? "redact" : "keep")
                json.field("tickets", erased.tickets)
                json.copies(copies)
            })
    }
}
