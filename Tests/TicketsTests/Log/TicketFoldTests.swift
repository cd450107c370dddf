// Snapshots follow from events: what each event changes and what it does not.

import TestSupport
import Testing
import Text
import Tickets

struct TicketFoldTests {
    @Test func `an internal note moves the staff's activity only`() throws {
        var conversation = try Conversation()
        let before = conversation.snapshot
        conversation.wait(minutes: 1)
        try conversation.send(.note("Psst"), by: .tess)
        #expect(conversation.snapshot.publicActivity == before.publicActivity)
        #expect(conversation.snapshot.activity.seq == 2)
        #expect(conversation.snapshot.activity.lastMessage?.excerpt == "Psst")
        #expect(conversation.snapshot.waitingSince == before.waitingSince)
        #expect(conversation.snapshot.trail == before.trail)
    }

    @Test func `an internal note with a public change reads as a change to clients`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 1)
        let sent = try conversation.send(.note("Psst").and(.wait), by: .tess)
        let event = try #require(sent)
        #expect(event.kind(for: .staff) == .message)
        #expect(event.kind(for: .client) == .change)
        #expect(event.isVisible(to: .client))
        #expect(conversation.snapshot.publicActivity.seq == 2)
        #expect(conversation.snapshot.publicActivity.updatedAt == .start.plus(minutes: 1))
        #expect(conversation.snapshot.publicActivity.messageCount == 0)
        #expect(conversation.snapshot.publicActivity.lastMessage == nil)
    }

    @Test func `a public message counts for both`() throws {
        var conversation = try Conversation()
        let sent = try conversation.send(.say("Hello").and { $0.tags = ["x"] }, by: .tess)
        let event = try #require(sent)
        #expect(event.kind(for: .client) == .message)
        #expect(conversation.snapshot.activity == conversation.snapshot.publicActivity)
        #expect(conversation.snapshot.publicActivity.messageCount == 1)
        #expect(conversation.snapshot.publicActivity.lastMessage?.authorRole == .technician)
    }

    @Test func `tags, watchers and targets stay among staff`() throws {
        var conversation = try Conversation()
        for edit in [
            TicketEdit.set { $0.tags = ["x"] }, .set { $0.watchers = ["t1"] },
            .set { $0.targetHours = 3 },
        ] {
            let sent = try conversation.send(edit, by: .tess)
            let event = try #require(sent)
            #expect(!event.isVisible(to: .client))
        }
        #expect(conversation.snapshot.seq == 4)
        #expect(conversation.snapshot.publicActivity.seq == 1)
        let renamed = try conversation.send(.set { $0.title = "Scanner" }, by: .tess)
        #expect(renamed?.prev(for: .client) == 1)
        #expect(renamed?.prev(for: .staff) == 4)
    }

    @Test func `waits since the oldest unanswered client message`() throws {
        var conversation = try Conversation()
        #expect(conversation.snapshot.waitingSince == .start)
        conversation.wait(minutes: 1)
        try conversation.send(.say("Anyone?"), by: .clara)
        try conversation.send(.note("Not me"), by: .tess)
        #expect(conversation.snapshot.waitingSince == .start)
        try conversation.send(.say("Yes?"), by: .tess)
        #expect(conversation.snapshot.waitingSince == nil)
        conversation.wait(minutes: 1)
        try conversation.send(.say("It smokes"), by: .clara)
        conversation.wait(minutes: 1)
        try conversation.send(.say("It burns"), by: .clara)
        #expect(conversation.snapshot.waitingSince == .start.plus(minutes: 2))
    }

    @Test func `counts reopenings, not closings`() throws {
        var conversation = try Conversation()
        for (action, count) in [
            (TicketAction.resolve, 0), (.reopen, 1), (.resolve, 1), (.close, 1), (.reopen, 2),
            (.wait, 2), (.release, 2),
        ] {
            try conversation.send(.act(action), by: .tess)
            #expect(conversation.snapshot.reopenCount == count)
        }
        try conversation.send(.set { $0.status = .resolved }, by: .tess)
        #expect(conversation.snapshot.reopenCount == 2)
        try conversation.send(.say("Again"), by: .clara)
        #expect(conversation.snapshot.reopenCount == 3)
    }

    @Test func `knows when it was closed, while it is`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 7)
        try conversation.send(.act(.close), by: .tess)
        #expect(conversation.snapshot.closedAt == .start.plus(minutes: 7))
        conversation.wait(minutes: 7)
        try conversation.send(.note("Late thought"), by: .tess)
        #expect(conversation.snapshot.closedAt == .start.plus(minutes: 7))
        try conversation.send(.act(.reopen), by: .tess)
        #expect(conversation.snapshot.closedAt == nil)
    }

    @Test func `a log with a hole or without a beginning has no snapshot`() throws {
        var conversation = try Conversation()
        for _ in 0..<3 { try conversation.send(.say("Hello"), by: .clara) }
        let events = conversation.events
        #expect(Ticket.fold(events) == conversation.snapshot)
        #expect(Ticket.fold(events.dropFirst()) == nil)
        #expect(Ticket.fold(events[...1] + events[3...]) == nil)
        #expect(Ticket.fold(events + [events[3]]) == nil)
        #expect(Ticket.fold([]) == nil)
    }

    @Test(
        arguments: [
            "é", "« Où\u{A0}? »", "l’été – 20\u{A0}°C…", "e\u{301}", "\u{C9}\u{300}", "x\u{200D}y",
            "ß", "a\u{AD}b", "©\u{FE0F}", "न", "🖨️", "1\u{20E3}", "\u{2028}",
        ])
    func `an excerpt counts characters, however many bytes they have`(text: String) {
        for repeats in [1, 30, 59, 60, 61, 119, 120, 121, 130] {
            for gap in ["", " ", "\u{A0}", "\r\n"] {
                let body = [String](repeating: text, count: repeats).joined(separator: gap)
                let words = body.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                let excerpt = Excerpt.of(body)
                #expect(words.count > 120 || excerpt == words)
                #expect(words.count <= 120 || excerpt.hasSuffix("…") && excerpt.count <= 121)
                #expect(words.hasPrefix(excerpt.hasSuffix("…") ? "\(excerpt.dropLast())" : excerpt))
            }
        }
    }

    @Test func `an excerpt is one line of at most 120 characters`() {
        #expect(Excerpt.of("  Hello\n\n  there \t") == "Hello there")
        #expect(Excerpt.of("") == "")
        let line = String(repeating: "x", count: 120)
        #expect(Excerpt.of(line) == line)
        #expect(Excerpt.of(line + " \n") == line)
        #expect(Excerpt.of(line + "y") == line + "…")
        let marks = "a" + String(repeating: "\u{301}\u{323}", count: 8000)
        #expect(Excerpt.of("See \(marks)").utf8.count < 3850)
        for count in 115...125 {
            let words = String(repeating: "x", count: count) + " " + line
            #expect(Excerpt.of(words).count <= 121)
        }
    }
}
