// Fields of a query string.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct QueryFieldsTests {
    @Test func `a query repeats names or separates by commas`() throws {
        let head = try requestHead("/x?status=open,waiting&status=closed&q=a,b&limit=7")
        var fields = try FieldReader(query: head.query)
        #expect(try fields.oneOrMore("status") == ["open", "waiting", "closed"])
        #expect(try fields.oneOrMore("q") == ["a,b"], "words of a search are not a list")
        #expect(try fields.number("limit", in: 1...10) == 7)
        try fields.finish()
    }

    @Test(arguments: ["0", "11", "x", "", "1.0", "-1", "99999999999999999999"])
    func `a number of a query keeps to its range`(_ value: String) throws {
        // An empty value gives an empty list, hence no number at all.
        var fields = try FieldReader(query: try requestHead("/x?limit=\(value)").query)
        let rejection = refusal { () throws(TicketRejection) in
            try fields.number("limit", in: 1...10)
        }
        #expect(rejection?.field == (value.isEmpty ? nil : "limit"))
    }

    @Test func `ignored names of a query are not fields`() throws {
        let head = try requestHead("/x?access_token=J&status=open")
        var fields = try FieldReader(query: head.query, without: ["access_token"])
        _ = try fields.oneOrMore("status")
        try fields.finish()
    }
}
