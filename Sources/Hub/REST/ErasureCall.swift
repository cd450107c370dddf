// `POST /api/people/ID/erase`: for admins. Answered when the person is out of the store.

import Reactor
import Text
import Tickets
import Wire

extension PeopleCalls {
    /// The path's middle: an id may have slashes of its own.
    private var person: String {
        let path = exchange.head.path.string
        return String(path.dropFirst("/api/people/".count).dropLast("/erase".count))
    }

    func erase() {
        do throws(TicketRejection) {
            var fields = try exchange.fields()
            let redacts = try redactsMessages(&fields)
            let reason = try reason(&fields)
            try fields.finish()
            let id = person
            guard identity.caller.person.role == .admin else {
                throw TicketRejection(.forbidden, "Only admins may erase a person.")
            }
            guard worker.context.directory.person(id) != nil || worker.isErasing(id) else {
                throw TicketRejection(
                    .notFound, "Nobody with the id “\(id.excerpt)” is known here.", field: "id")
            }
            exchange.isOfOwnErasure = id.isSame(as: identity.caller.person.id)
            run(
                ErasureRequest(
                    person: id, redactsMessages: redacts, by: identity.caller.person,
                    reason: reason))
        } catch {
            exchange.refuse(error, for: identity.caller)
        }
    }

    private func redactsMessages(_ fields: inout FieldReader) throws(TicketRejection) -> Bool {
        switch try fields.string("messages") {
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
        let token = worker.awaitAnswer { (answer: Result<Erased, TicketRejection>) in
            switch answer {
            case .success(let erased): clean(erased, request)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
        worker.context.journal.post(
            .erase(request, ReplyAddress(worker: worker.index, token: token)))
    }

    private func clean(_ erased: Erased, _ request: ErasureRequest) {
        worker.removeTraces { outcome in
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
