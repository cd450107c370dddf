import Testing
import Tickets

@testable import Hub

struct RevocationListTests {
    private func identity(_ id: String, issuedAt: Int?) -> Identity {
        Identity(
            caller: Person(id: id, name: id, role: .client).caller, expiresAt: 2000,
            issuedAt: issuedAt, email: nil, locale: nil)
    }

    @Test func `a line without a time covers every token of its person`() throws {
        let list = try RevocationList(text: "ann\n")
        #expect(list.covers(identity("ann", issuedAt: 1)))
        #expect(list.covers(identity("ann", issuedAt: nil)))
        #expect(!list.covers(identity("anna", issuedAt: 1)))
    }

    @Test func `a time covers what was issued before it, and what does not say when`() throws {
        let list = try RevocationList(text: "ann 100")
        #expect(list.covers(identity("ann", issuedAt: 99)))
        #expect(!list.covers(identity("ann", issuedAt: 100)))
        #expect(list.covers(identity("ann", issuedAt: nil)))
    }

    @Test func `comments, blanks and line endings of any kind are no people`() throws {
        let list = try RevocationList(text: "# all\r\n\r\n  ann\t7 # phone\r\n\n")
        #expect(list.count == 1)
        #expect(list.covers(identity("ann", issuedAt: 6)))
    }

    @Test func `of two lines about one person the stricter holds`() throws {
        let list = try RevocationList(text: "ann 100\nann 50")
        #expect(list.covers(identity("ann", issuedAt: 99)))
    }

    @Test(arguments: ["ann x", "ann 1 2", "ann -1", "ann 99999999999999999999"])
    func `a line that says something else is refused with its number`(line: String) {
        let error = #expect(throws: RevocationListError.self) {
            try RevocationList(text: "ben\n\(line)\n")
        }
        #expect(error?.line == 2)
    }
}
