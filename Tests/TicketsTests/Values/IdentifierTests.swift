// Ids are 24 hex digits; a ticket also has a reference.

import TestSupport
import Testing
import Tickets

struct IdentifierTests {
    @Test func `reads what it writes`() throws {
        let id = TicketID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98)
        #expect(id.description == "0123456789abcdeffedcba98")
        #expect(TicketID(id.description) == id)
        #expect(TicketID("0123456789ABCDEFFEDCBA98") == id)
    }

    @Test func `keeps leading zeros`() {
        let id = MessageID(high: 0, low: 1)
        #expect(id.description == "000000000000000000000001")
        #expect(MessageID(id.description) == id)
    }

    @Test(arguments: [
        "", "0", "0123456789abcdeffedcba9", "0123456789abcdeffedcba989",
        "0123456789abcdeffedcba9g", "0123456789abcdeffedcba9/", "0123456789abcdeffedcba9:",
        "0123456789abcdeffedcba9@", "0123456789abcdeffedcba9`", " 123456789abcdeffedcba98",
        "-123456789abcdeffedcba98", "0123456789abcdeffedcba\u{e9}", "T-1042",
    ])
    func `refuses anything else`(text: String) {
        #expect(TicketID(text) == nil)
    }

    @Test func `takes the hex digits alone, at every place`() {
        for place in 0..<24 {
            for byte in UInt8.min...0xFF {
                var text = Array("0123456789abcdeffedcba98".utf8)
                text[place] = byte
                let isDigit = byte < 0x80 && Character(Unicode.Scalar(byte)).isHexDigit
                #expect((TicketID(digits: text.span) != nil) == isDigit, "\(byte) at \(place)")
            }
        }
    }

    @Test func `sorts by the second of its making`() {
        let first = TicketID.make(at: Timestamp(milliseconds: 1_764_000_000_999))
        let second = TicketID.make(at: Timestamp(milliseconds: 1_764_000_001_000))
        #expect(first < second)
        #expect(first.high >> 32 == 1_764_000_000)
        #expect(TicketID(high: 1, low: 5) < TicketID(high: 2, low: 0))
        #expect(TicketID(high: 1, low: 5) < TicketID(high: 1, low: 6))
    }

    @Test func `names made in one millisecond differ`() {
        let names = Set((0..<1000).map { _ in MessageID.make(at: .start) })
        #expect(names.count == 1000)
    }

    @Test func `a reference is an id or a ref`() throws {
        let id = TicketID(high: 7, low: 9)
        #expect(TicketReference("\(id)") == .id(id))
        #expect(TicketReference("T-1042") == .number(1042))
        #expect(TicketReference("t-1042") == .number(1042))
        #expect(TicketReference("T-9999999999999999") == .number(9_999_999_999_999_999))
    }

    @Test(arguments: [
        "", "T", "T-", "T-01042", "t-01042", "T-0", "1042", "T-+5", "T--5", "T-1 ", " T-1", "T-1x",
        "T-\u{662}",
        "T-99999999999999999", "T-18446744073709551616", "T-1042/events",
    ])
    func `refuses what only resembles a ref`(text: String) {
        #expect(TicketReference(text) == nil)
    }
}
