// The digest that tells a retry from another command under the same key.

import TestSupport
import Testing
import Text
import Tickets

struct FingerprintTests {
    private func print(
        of edit: TicketEdit, on reference: TicketReference = .number(1), by person: Person = .tess,
        key: ExactText? = nil
    ) -> UInt64 {
        let request = TicketCommand.Request.edit(reference, edit)
        return TicketCommand(caller: Caller(person: person), request: request, key: key).fingerprint
    }

    private func print(of new: NewTicket) -> UInt64 {
        TicketCommand(caller: Caller(person: .clara), request: .create(new)).fingerprint
    }

    /// Commands that all differ.
    private var edits: [TicketEdit] {
        func draft(_ change: (inout Draft) -> Void) -> TicketEdit {
            var edit = TicketEdit.say("a")
            var draft = Draft(body: "a")
            change(&draft)
            edit.draft = draft
            return edit
        }
        let files = [FileID(high: 1, low: 1), FileID(high: 1, low: 2)]
        return [
            TicketEdit(), .say("a"), .say("b"), .say(""), .note("a"),
            draft { $0.mentions = ["a"] }, draft { $0.mentions = ["a", "b"] },
            draft { $0.mentions = ["ab"] }, draft { $0.mentions = ["b", "a"] },
            draft { $0.attachments = files }, draft { $0.attachments = files.reversed() },
            draft { $0.attachments = [files[0]] }, .say("a").and(.take), .say("a").and(.wait),
            .act(.take), .act(.release), .act(.resolve), .act(.reopen), .act(.close), .act(.wait),
            .set { $0.status = .open }, .set { $0.status = .closed },
            .set { $0.priority = .low }, .set { $0.priority = .high },
            .set { $0.category = .change }, .set { $0.category = .request },
            .set { $0.title = "a" }, .set { $0.title = "b" }, .set { $0.project = "a" },
            .set { $0.project = "b" }, .set { $0.assignedTo = .caller },
            .set { $0.assignedTo = .nobody }, .set { $0.assignedTo = .person("caller") },
            .set { $0.assignedTo = .person("nobody") }, .set { $0.watchers = [] },
            .set { $0.watchers = ["me"] }, .set { $0.watchers = ["a", "b"] },
            .set { $0.tags = [] }, .set { $0.tags = ["a", "b"] }, .set { $0.tags = ["a"] },
            .set { $0.tags = ["ab"] }, .set { $0.tags = ["", "ab"] },
            .set { $0.targetHours = .some(nil) }, .set { $0.targetHours = 2 },
            .set { $0.targetHours = 2.5 }, .set { $0[.dueAt] = .empty },
            .set { $0[.dueAt] = .time(.start) },
            .set {
                $0.title = "a"
                $0.project = "b"
            },
            .set {
                $0.title = "b"
                $0.project = "a"
            },
            .set {
                $0.watchers = ["a"]
                $0.tags = ["b"]
            },
            .set { $0.watchers = ["a", "tags", "b"] },
        ]
    }

    @Test func `differs by every field, and only by them`() {
        let prints = edits.map { print(of: $0) }
        #expect(Set(prints).count == prints.count)
        #expect(edits.map { print(of: $0) } == prints)
    }

    @Test func `what only says how does not count`() {
        var edit = TicketEdit.say("a")
        let plain = print(of: edit)
        #expect(print(of: edit.seen(5)) == plain)
        #expect(print(of: edit.seen(5, force: true)) == plain)
        edit.expectedSeq = 7
        #expect(print(of: edit) == plain)
    }

    @Test func `a retry may name the ticket by its ref, and carries the same key or none`() {
        let plain = print(of: .say("a"))
        #expect(print(of: .say("a"), on: .id(TicketID(high: 1, low: 1))) == plain)
        #expect(print(of: .say("a"), by: .ada) == plain)
        #expect(print(of: .say("a"), key: "k") == plain)
    }

    @Test func `creations differ by every field`() {
        func changed(_ change: (inout NewTicket) -> Void) -> NewTicket {
            var new = NewTicket.about("Printer")
            change(&new)
            return new
        }
        let all = [
            NewTicket.about("Printer"), .about("Scanner"), .about("Printer", .low),
            changed { $0.description = "It smokes." }, changed { $0.category = .change },
            changed { $0.project = "zephyr" }, changed { $0.tags = ["a"] },
            changed { $0.tags = ["a", "b"] },
            changed { $0.attachments = [FileID(high: 1, low: 1)] },
            changed { $0.clientID = "c1" }, changed { $0.clientID = "" },
        ]
        #expect(Set(all.map { print(of: $0) }).count == all.count)
        #expect(print(of: all[0]) == print(of: .about("Printer")))
    }

    @Test func `is the same in every run and on every machine`() {
        let due = TicketCommand(caller: .hub, request: .clockDue(TicketID(high: 1, low: 1)))
        // FNV-1a over the length (8 bytes, little end first) and the bytes of “clockDue”.
        #expect(due.fingerprint == 0xc170_532c_b440_30b5)
    }
}
