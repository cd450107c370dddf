// Each limit: the largest size that passes, the first that does not, and the named field.

import TestSupport
import Testing
import Text
import Tickets

struct ContentLimitsTests {
    /// `fits` passes, `overflows` is too large.
    private func check(
        _ field: String, fits: TicketEdit, overflows: TicketEdit,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let conversation = try Conversation()
        let accepted = conversation.refusal(of: fits, by: .tess)
        #expect(accepted == nil, sourceLocation: sourceLocation)
        let refusal = conversation.refusal(of: overflows, by: .tess)
        #expect(refusal?.code == .tooLarge, sourceLocation: sourceLocation)
        #expect(refusal?.field == field, sourceLocation: sourceLocation)
    }

    private func text(_ count: Int) -> String { String(repeating: "x", count: count) }
    private func name(_ count: Int) -> ExactText { ExactText(text(count)) }

    @Test func `a body is counted in bytes`() throws {
        try check("body", fits: .say(text(16_384)), overflows: .say(text(16_385)))
        let accents = String(repeating: "\u{e9}", count: 8192)
        try check("body", fits: .say(accents), overflows: .say(accents + "x"))
        try check("body", fits: .note(text(16_384)), overflows: .note(text(16_385)))
    }

    @Test func `a title is counted in characters`() throws {
        let flags = String(repeating: "\u{1F1EB}\u{1F1F7}", count: 200)
        try check(
            "title", fits: .set { $0.title = text(200) }, overflows: .set { $0.title = text(201) })
        try check(
            "title", fits: .set { $0.title = flags }, overflows: .set { $0.title = flags + "x" })
    }

    @Test func `a few characters with marks without end are too large`() throws {
        let marked = "e" + String(repeating: "\u{301}", count: 10_000)
        try check("title", fits: .set { $0.title = "e" }, overflows: .set { $0.title = marked })
        try check(
            "project", fits: .set { $0.project = "e" },
            overflows: .set { $0.project = ExactText(marked) })
        try check(
            "tags", fits: .set { $0.tags = ["e"] },
            overflows: .set { $0.tags = [ExactText(marked)] })
    }

    @Test func `a project's name has a length`() throws {
        try check(
            "project", fits: .set { $0.project = name(100) },
            overflows: .set { $0.project = name(101) })
    }

    @Test func `tags have a number and a length`() throws {
        let many = (1...21).map { "tag \($0)" as ExactText }
        try check(
            "tags", fits: .set { $0.tags = Array(many.dropLast()) },
            overflows: .set { $0.tags = many })
        try check(
            "tags", fits: .set { $0.tags = [name(50)] }, overflows: .set { $0.tags = [name(51)] })
    }

    @Test func `watchers have a number`() throws {
        let many = (1...101).map { "extra\($0)" as ExactText }
        try check(
            "watchers", fits: .set { $0.watchers = Array(many.dropLast()) },
            overflows: .set { $0.watchers = many })
    }

    @Test func `mentions have a number`() throws {
        let many = (1...51).map { "extra\($0)" as ExactText }
        var fits = TicketEdit.say("All of you")
        fits.draft?.mentions = Array(many.dropLast())
        var overflows = fits
        overflows.draft?.mentions = many
        try check("mentions", fits: fits, overflows: overflows)
    }

    @Test func `attachments have a number, and must exist`() throws {
        let conversation = try Conversation()
        let files = (0..<11).map { FileID(high: 1, low: $0) }
        var edit = TicketEdit.say("See here")
        edit.draft?.attachments = files
        #expect(conversation.refusal(of: edit, by: .tess)?.code == .tooLarge)
        #expect(conversation.refusal(of: edit, by: .tess)?.field == "attachments")
        edit.draft?.attachments = Array(files.dropLast())
        #expect(conversation.refusal(of: edit, by: .tess)?.code == .badRequest)
        #expect(conversation.refusal(of: edit, by: .tess)?.field == "attachments")
    }

    @Test(arguments: [0.001, 0.5, 87_600])
    func `a target may be any part of an hour up to ten years`(hours: Double) throws {
        let edit = TicketEdit.set { $0.targetHours = hours }
        #expect(try Conversation().refusal(of: edit, by: .tess) == nil)
    }

    @Test(arguments: [0, -0.5, 87_600.001, .infinity, -.infinity, .nan, 1e300])
    func `a target outside that is a bad request`(hours: Double) throws {
        let edit = TicketEdit.set { $0.targetHours = hours }
        let refusal = try Conversation().refusal(of: edit, by: .tess)
        #expect(refusal?.code == .badRequest)
        #expect(refusal?.field == "targetHours")
    }

    @Test func `names are not blank`() throws {
        let conversation = try Conversation()
        for blank: ExactText in ["", " \n"] {
            for edit in [
                TicketEdit.set { $0.title = blank.string }, .set { $0.project = blank },
                .set { $0.tags = ["fine", blank] },
            ] {
                let refusal = conversation.refusal(of: edit, by: .tess)
                #expect(refusal?.code == .badRequest)
                #expect(refusal?.field == edit.edits.fields.first?.rawValue)
            }
        }
    }
}
