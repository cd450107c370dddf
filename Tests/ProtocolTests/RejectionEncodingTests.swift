// Refusals as error frames and as problem+json.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct RejectionEncodingTests {
    @Test func `an error frame has code, message, field and the id it answers`() throws {
        let rejection = TicketRejection(.forbidden, "No \"you\" may not.", field: "tags")
        let frame = try json(rejection.frame(re: .string("a"), for: .staff))
        #expect(frame.names == ["type", "re", "code", "message", "field"])
        #expect(frame["type"] == .string("error"))
        #expect(frame["re"] == .string("a"))
        #expect(frame["code"] == .string("forbidden"))
        #expect(frame["message"] == .string("No \"you\" may not."))
        #expect(frame["field"] == .string("tags"))
    }

    @Test func `without an id re is null, and a number stays a number`() throws {
        #expect(try json(TicketRejection.notFound.frame(re: nil, for: .staff))["re"] == .null)
        #expect(try json(TicketRejection.notFound.frame(re: .int(7), for: .staff))["re"] == .int(7))
    }

    @Test(arguments: [
        (TicketRejection.Code.badRequest, "bad_request", 400), (.unauthorized, "unauthorized", 401),
        (.forbidden, "forbidden", 403), (.notFound, "not_found", 404), (.conflict, "conflict", 409),
        (.stale, "stale", 409), (.alreadyTaken, "already_taken", 409),
        (.ticketClosed, "ticket_closed", 409), (.keyMismatch, "key_mismatch", 409),
        (.tooLarge, "too_large", 413), (.rateLimited, "rate_limited", 429),
        (.unavailable, "unavailable", 503),
    ])
    func `each code has its name and status`(
        _ code: TicketRejection.Code, _ name: String, _ status: Int
    ) throws {
        let rejection = TicketRejection(code, "m")
        #expect(rejection.status() == status)
        let problem = try json(rejection.problem(status: status, for: .staff))
        #expect(problem["code"] == .string(ExactText(name)))
        #expect(problem["status"] == .int(status))
        #expect(problem["detail"] == .string("m"))
        #expect(problem["title"]?.stringValue?.isEmpty == false)
        #expect(problem["errors"] == nil)
    }

    @Test func `a conflict under If-Match is 412`() {
        #expect(TicketRejection(.conflict, "m").status(isPrecondition: true) == 412)
        #expect(TicketRejection(.stale, "m").status(isPrecondition: true) == 409)
    }

    @Test func `a field over its limit is a field error`() {
        #expect(TicketRejection(.tooLarge, "m", field: "title").status() == 400)
    }

    @Test func `a problem lists the field`() throws {
        let rejection = TicketRejection(.badRequest, "m", field: "title")
        let problem = try json(rejection.problem(status: 400, for: .staff))
        let error = try #require(problem["errors"]?[0])
        #expect(error["field"] == .string("title"))
        #expect(error["code"] == .string("bad_request"))
        #expect(error["message"] == .string("m"))
    }

    @Test func `carries the assignee, when to retry and the current snapshot`() throws {
        var rejection = TicketRejection(.alreadyTaken, "m")
        rejection.assignedTo = .theo
        rejection.retryAfter = 3
        rejection.current = try Conversation().snapshot
        let frame = try json(rejection.frame(re: nil, for: .staff))
        #expect(frame["assignedTo"]?["id"] == .string("t2"))
        #expect(frame["retryAfter"] == .int(3))
        #expect(frame["current"]?["ref"] == .string("T-1042"))
    }

    @Test func `stale always lists what was missed, and to a client only what is public`() throws {
        var conversation = try Conversation()
        try conversation.send(.note("CANARY"), by: .tess)
        try conversation.send(.say("public words"), by: .tess)
        var rejection = TicketRejection(.stale, "m")
        #expect(try json(rejection.frame(re: nil, for: .staff))["missed"] == .array([]))
        rejection.missed = conversation.events
        rejection.current = conversation.snapshot
        let staff = try json(rejection.frame(re: nil, for: .staff))
        #expect(staff["missed"]?.arrayValue?.map { $0["seq"] } == [.int(1), .int(2), .int(3)])
        let bytes = rejection.problem(status: 409, for: .client(id: "c1"))
        #expect(try json(bytes)["missed"]?.arrayValue?.map { $0["seq"] } == [.int(1), .int(3)])
        #expect(!text(bytes).contains("CANARY"))
    }
}
