// Which files a command may attach, who may then see them, and how their names are cleaned.

import TestSupport
import Testing
import Tickets

private func file(_ number: UInt32, of owner: Person, claim: FileClaim? = nil) -> StoredFile {
    StoredFile(
        id: FileID(high: 1, low: number), name: "\(number).png", type: "image/png", size: 7,
        owner: owner.id, location: "", claim: claim)
}

private let elsewhere = FileClaim(ticket: TicketID(high: 9, low: 9), seq: 4, isInternal: false)
private let files = [
    file(1, of: .clara), file(2, of: .clara), file(3, of: .tess),
    file(4, of: .clara, claim: elsewhere),
]

private func rules() -> TicketRules {
    TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: .start) { id in
        Person.everybody.first { $0.id == id }
    } file: { id in
        files.first { $0.id == id }
    }
}

@Suite struct AttachingTests {
    private func send(_ numbers: [UInt32], by person: Person) throws -> TicketEvent? {
        let conversation = try Conversation()
        var edit = TicketEdit.say("")
        edit.draft?.attachments = numbers.map { FileID(high: 1, low: $0) }
        return try rules().decide(
            edit, on: conversation.snapshot, by: Caller(person: person, reachesAllTickets: true),
            key: nil, fingerprint: 0)
    }

    @Test func `a message takes its author's own files, in their order`() throws {
        let event = try #require(try send([2, 1], by: .clara))
        #expect(event.message?.attachments.map(\.name) == ["2.png", "1.png"])
        #expect(event.claims.keys.count == 2)
        #expect(
            event.claims[files[0].id] == FileClaim(ticket: event.ticket, seq: 2, isInternal: false))
    }

    @Test(arguments: [[3], [4], [5], [1, 1], [1, 4]])
    func `what is not there, another's, taken or named twice is one refusal`(numbers: [UInt32]) {
        #expect {
            _ = try send(numbers, by: .clara)
        } throws: { error in
            let refusal = error as? TicketRejection
            return refusal?.code == .badRequest && refusal?.field == "attachments"
        }
    }

    @Test func `another's file and none are refused in the same words`() {
        func words(_ number: UInt32) -> String? {
            do {
                _ = try send([number], by: .clara)
                return nil
            } catch {
                let digits = FileID(high: 1, low: number).description
                return (error as? TicketRejection)?.message.replacing(digits, with: "ID")
            }
        }
        #expect(words(3) != nil && words(3) == words(5) && words(4) == words(5))
    }

    @Test func `a new ticket takes its author's files`() throws {
        var new = NewTicket.about("Printer")
        new.attachments = [files[0].id]
        let event = try rules().create(
            new, number: 1, by: Caller(person: .clara), key: nil, fingerprint: 0)
        #expect(event.created?.attachments == [files[0].attachment])
        #expect(
            event.claims == [files[0].id: .init(ticket: event.ticket, seq: 1, isInternal: false)])
        new.attachments = [files[2].id]
        #expect(throws: TicketRejection.self) {
            try rules().create(new, number: 1, by: Caller(person: .clara), key: nil, fingerprint: 0)
        }
    }
}

@Suite struct FileVisibilityTests {
    @Test func `before it is attached a file is its owner's alone`() {
        let mine = file(1, of: .clara)
        #expect(mine.isVisible(to: Caller(person: .clara), on: nil))
        for person in [Person.colin, .tess, .ada] {
            #expect(!mine.isVisible(to: Caller(person: person), on: nil))
        }
    }

    @Test func `then it is as visible as the ticket, or as the note`() throws {
        let snapshot = try Conversation(heldBy: .theo).snapshot
        for isInternal in [false, true] {
            let claim = FileClaim(ticket: snapshot.id, seq: 2, isInternal: isInternal)
            let attached = file(1, of: .tess, claim: claim)
            #expect(attached.isVisible(to: Caller(person: .clara), on: snapshot) == !isInternal)
            #expect(!attached.isVisible(to: Caller(person: .colin), on: snapshot))
            #expect(attached.isVisible(to: Caller(person: .theo), on: snapshot))
            #expect(attached.isVisible(to: Caller(person: .ada), on: snapshot))
            #expect(!attached.isVisible(to: Caller(person: .tess), on: snapshot), "no longer hers")
            #expect(!attached.isVisible(to: Caller(person: .ada), on: nil))
        }
        let other = file(1, of: .clara, claim: elsewhere)
        #expect(
            !other.isVisible(to: Caller(person: .ada), on: snapshot), "another ticket's")
    }
}

@Suite struct FileNameTests {
    @Test(arguments: [
        ("a.png", "a.png"), ("../../etc/passwd", "passwd"), ("C:\\dir\\a b.txt", "a b.txt"),
        ("a/", "file"), ("", "file"), ("..", "file"), (".", "file"), (" . ", "file"),
        (".htaccess", ".htaccess"), ("a.exe. ", "a.exe"), ("a\r\nX: y\0.txt", "aX: y.txt"),
        ("exe.\u{202E}gpj", "exe.gpj"), ("\u{2066}a\u{2069}\u{FEFF}", "a"),
        ("x/\u{301}evil", "\u{301}evil"), ("..\\\u{338}x", "\u{338}x"), ("\u{200B}", "file"),
        ("\u{3164}.", "file"), ("e\u{301}.txt", "é.txt"), ("\u{200B}.\u{200B}.", "file"),
        ("été “1”.pdf", "été “1”.pdf"), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("a\u{85}\u{2028}b", "ab"),
    ])
    func `keeps what people read`(name: String, expected: String) throws {
        #expect(try FileName.cleaned(name) == expected)
    }

    @Test func `is at most 255 bytes long`() throws {
        let longest = String(repeating: "é", count: 127) + "x"
        #expect(try FileName.cleaned(longest) == longest)
        #expect { try FileName.cleaned(longest + "x") } throws: {
            ($0 as? TicketRejection)?.code == .tooLarge
        }
        #expect(try FileName.cleaned(String(repeating: "d/", count: 300) + "x") == "x")
    }

    @Test func `names of files begin with their second`() {
        let time = Timestamp.start
        for _ in 0..<100 {
            #expect(FileID.make(at: time) >= .earliest(at: time))
            #expect(FileID.make(at: time) < .earliest(at: time.advanced(byMilliseconds: 1000)))
        }
        #expect(FileID.earliest(at: Timestamp(milliseconds: .min)).high == 0)
    }
}
