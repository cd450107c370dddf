// Typed fields of a request object; every refusal names its field.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct FieldReaderTests {
    private func reader(_ text: String) throws -> FieldReader { try FieldReader(json(text)) }

    @Test(arguments: ["null", "1", "\"x\"", "[]", "true"])
    func `only an object has fields`(_ text: String) throws {
        let value = try json(text)
        let rejection = refusal { () throws(TicketRejection) in try FieldReader(value, "set") }
        #expect(rejection?.code == .badRequest)
        #expect(rejection?.field == "set")
    }

    @Test func `reads what is there and tells what is missing`() throws {
        var fields = try reader(#"{"s":"é","n":7,"f":false,"l":["a","b"],"o":{"x":1}}"#)
        #expect(try fields.string("s") == "é")
        #expect(try fields.optionalInt("n") == 7)
        #expect(try fields.bool("f") == false)
        #expect(try fields.optionalTexts("l") == ["a", "b"])
        #expect(try fields.object("o")?.has("x") == true)
        #expect(try fields.optionalString("none") == nil)
        #expect(try fields.optionalSeq("none") == nil)
        #expect(try fields.bool("none", default: true))
        try fields.finish()
        let missing = refusal { () throws(TicketRejection) in try fields.string("none") }
        #expect(missing == FieldReader.missing("none"))
        #expect(refusal { () throws(TicketRejection) in try fields.bool("none") }?.field == "none")
    }

    @Test func `a null is a value, and of no use as any type`() throws {
        var fields = try reader(#"{"x":null}"#)
        #expect(fields.raw("x") == .null)
        expectRefusals(&fields, of: "x")
    }

    @Test(arguments: ["{}", "[1]", "[\"a\",null]", "1.5", "1e-1", "9223372036854775808"])
    func `a wrong type names its field`(_ value: String) throws {
        var fields = try reader("{\"x\":\(value)}")
        expectRefusals(&fields, of: "x")
    }

    @Test(arguments: ["7", "7.0", "70e-1", "0.7e1", "7.000"])
    func `an integer may be written with a zero fraction`(_ value: String) throws {
        var fields = try reader("{\"x\":\(value)}")
        #expect(try fields.optionalInt("x") == 7)
        #expect(try fields.optionalSeq("x") == 7)
    }

    @Test func `an integer that a double does not hold exactly is refused`() throws {
        var fields = try reader(#"{"x":9007199254740994.0,"y":1e300}"#)
        expectRefusals(&fields, of: "x")
        expectRefusals(&fields, of: "y")
    }

    /// All typed readers refuse the value.
    private func expectRefusals(_ fields: inout FieldReader, of name: ExactText) {
        var refusals: [TicketRejection?] = []
        refusals.append(refusal { () throws(TicketRejection) in try fields.optionalString(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.string(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.optionalInt(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.optionalSeq(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.bool(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.optionalTexts(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.oneOrMore(name) })
        refusals.append(refusal { () throws(TicketRejection) in try fields.ticket(name) })
        refusals.append(
            refusal { () throws(TicketRejection) in
                try fields.optionalCode(name, as: Status.self)
            })
        for rejection in refusals {
            #expect(rejection?.code == .badRequest)
            #expect(rejection?.field == name.string)
        }
    }

    @Test func `a seq is never negative`() throws {
        var fields = try reader(#"{"a":0,"b":-1}"#)
        #expect(try fields.optionalSeq("a") == 0)
        let rejection = refusal { () throws(TicketRejection) in try fields.optionalSeq("b") }
        #expect(rejection == FieldReader.wrong("b", "0 or more"))
    }

    @Test func `one string stands for a list of one`() throws {
        var fields = try reader(#"{"a":"x","b":["x","y"],"c":[]}"#)
        #expect(try fields.oneOrMore("a") == ["x"])
        #expect(try fields.oneOrMore("b") == ["x", "y"])
        #expect(try fields.oneOrMore("c") == [])
        #expect(try fields.oneOrMore("d") == nil)
        try fields.finish()
    }

    @Test func `a code is one of those that exist, and the refusal lists them`() throws {
        var fields = try reader(#"{"a":"in_progress","b":"In_Progress"}"#)
        #expect(try fields.code("a", as: Status.self) == .inProgress)
        let rejection = refusal { () throws(TicketRejection) in
            try fields.code("b", as: Status.self)
        }
        #expect(rejection?.message.contains("open, in_progress, waiting") == true)
        #expect(rejection?.field == "b")
    }

    @Test func `an invalid ticket reference is not found`() throws {
        let id = String(repeating: "a", count: 24)
        var fields = try reader(
            "{\"a\":\"\(id)\",\"b\":\"T-1042\",\"c\":\"T-x\",\"d\":\"\",\"e\":\"../etc\"}")
        #expect(try fields.ticket("a") == TicketReference(id))
        #expect(try fields.ticket("b") == .number(1042))
        for name in ["c", "d", "e"] {
            #expect(
                refusal { () throws(TicketRejection) in try fields.ticket(ExactText(name)) }
                    == .notFound)
        }
    }

    @Test func `an unexpected field is refused by name`() throws {
        var fields = try reader(#"{"a":1,"b":2}"#)
        _ = try fields.optionalInt("a")
        let rejection = refusal { () throws(TicketRejection) in try fields.finish() }
        #expect(rejection?.field == "b")
        #expect(rejection?.code == .badRequest)
        fields.take("b")
        try fields.finish()
    }
}
