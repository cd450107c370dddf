import Testing
import Text

@testable import Wire

private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct JSONWriterTests {
    @Test func `puts commas where they belong`() {
        let json = text { json in
            json.beginObject()
            json.field("a", 1)
            json.key("b")
            json.beginArray()
            json.beginObject()
            json.endObject()
            json.null()
            json.beginArray()
            json.endArray()
            json.raw(Array("[2]".utf8))
            json.double(0.5)
            json.int64(-9)
            json.endArray()
            json.field("c", true)
            json.field("d", "x")
            json.key("e" as String)
            json.asciiString { $0 += [0x31, 0x32] }
            json.endObject()
        }
        #expect(json == #"{"a":1,"b":[{},null,[],[2],0.5,-9],"c":true,"d":"x","e":"12"}"#)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("", #""""#), ("\"\\/", #""\"\\/""#),
        ("\n\r\t\u{8}\u{C}\0\u{1F}\u{7F}", "\"\\n\\r\\t\\u0008\\u000c\\u0000\\u001f\u{7F}\""),
        ("a\u{2028}b\u{2029}c", #""a\u2028b\u2029c""#),
        ("\u{2027}\u{202A}€", "\"\u{2027}\u{202A}€\""),
        ("twelve bytes\"of text", #""twelve bytes\"of text""#), ("é😀", #""é😀""#),
    ])
    func `escapes what JSON and JavaScript need`(value: String, expected: String) {
        #expect(text { $0.string(value) } == expected)
    }

    @Test func `escapes a quote at any place of a word`() {
        for count in 0..<20 {
            let start = String(repeating: "a", count: count)
            #expect(text { $0.string(start + "\"b") } == "\"\(start)\\\"b\"")
            #expect(text { $0.string(start + "\u{2028}") } == "\"\(start)\\u2028\"")
        }
    }

    @Test(
        arguments: [
            0, 7, -7, 10, 99, 100, -100, 1_234_567_890, .max, .min,
        ] as [Int])
    func `writes integers`(value: Int) {
        #expect(text { $0.int(value) } == "\(value)")
    }

    @Test func `writes integers of every length`() {
        for value in 0..<12_000 { #expect(text { $0.int(value) } == "\(value)") }
        var value = 9
        while value < .max / 10 {
            for near in [value - 1, value, value + 1, value + 2] {
                #expect(text { $0.int(near) } == "\(near)")
            }
            value = value * 10 + 9
        }
    }

    @Test func `writes doubles that read back the same and null for what JSON lacks`() throws {
        for value in [0.1, 1e300, .leastNonzeroMagnitude, -2.5, 1e16, 123_456_789.125] {
            let json = text { $0.double(value) }
            #expect(try JSONReader.parse(Array(json.utf8)).doubleValue == value)
        }
        #expect(text { $0.double(.infinity) } == "null")
        #expect(text { $0.double(.nan) } == "null")
    }

    @Test func `writes what the reader reads`() throws {
        let source = #"{"a":[1,-2.5,"é\"\n",null,true,false,{}],"b":{"c é":[]}}"#
        let value = try JSONReader.parse(Array(source.utf8))
        var writer = JSONWriter(reserving: 0)
        writer.value(value)
        #expect(try JSONReader.parse(writer.finish()) == value)
    }
}
