import Testing
import Text

@testable import Wire

private func parse(_ text: String) throws(JSONError) -> Tree {
    try JSONReader.parse(Array(text.utf8))
}

private func error(_ text: String) -> JSONError? {
    error(Array(text.utf8))
}

private func error(_ bytes: [UInt8]) -> JSONError? {
    do {
        _ = try JSONReader.parse(bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct JSONReaderTests {
    @Test func `reads every kind of value`() throws {
        let json = try parse(#" { "a" : [ null , true , false , -1 , 2.5 , "x" ] , "b" : { } } "#)
        #expect(
            json["a"]
                == .array([.null, .bool(true), .bool(false), .int(-1), .double(2.5), .string("x")]))
        #expect(json["b"] == .object([]))
        #expect(json["c"] == nil)
    }

    @Test func `gives typed access and nil for the wrong type`() throws {
        let json = try parse(#"{"s":"x","i":3,"b":true,"n":null,"d":0.5,"l":[1]}"#)
        #expect(json["s"]?.stringValue == "x")
        #expect(json["i"]?.intValue == 3)
        #expect(json["i"]?.doubleValue == 3)
        #expect(json["b"]?.boolValue == true)
        #expect(json["d"]?.intValue == nil)
        #expect(json["l"]?.arrayValue == [.int(1)])
        #expect(json["n"]?.isNull == true)
        #expect(json.objectValue?.count == 6)
        #expect(json["s"]?["x"] == nil)
    }

    @Test func `keeps the order of members`() throws {
        let names = try parse(#"{"z":1,"a":2,"m":3}"#).objectValue?.map(\.name)
        #expect(names == ["z", "a", "m"])
    }

    @Test(arguments: [
        ("0", Tree.int(0)), ("-0", .int(0)), ("1.0", .double(1)), ("1e2", .double(100)),
        ("1E+2", .double(100)), ("25e-1", .double(2.5)),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
        ("1e-999", .double(0)),
    ])
    func `reads numbers`(text: String, value: Tree) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "01", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+", "0x10", "1_0", "-01", "NaN", "Infinity",
        "1e400", "-1e400", "--1", "1.2.3",
    ])
    func `refuses what is not a number or too large`(text: String) {
        #expect(error(text) != nil)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
        (#""\uD83D\uDE00!""#, "😀!"), (#""\u0000""#, "\0"),
        (#""é😀 and plain text""#, "é😀 and plain text"),
        (#""plain until \n here""#, "plain until \n here"), (#""""#, ""),
        (#""\uFFFF""#, "\u{FFFF}"),
    ])
    func `reads strings`(text: String, value: String) throws {
        #expect(try parse(text).stringValue == value)
    }

    @Test(arguments: [
        (#"\u0301"#, "\u{301}"), (#"\u0041"#, "A"), (#"\uFFFD"#, "\u{FFFD}"),
        (#"\ud83d\ude00"#, "😀"), (#"\n"#, "\n"), (#"é\u00e9"#, "éé"),
        (#"plain, longer than a word\t"#, "plain, longer than a word\t"),
    ])
    func `reads long strings of escapes wherever they begin`(unit: String, value: String) throws {
        for shift in 0..<16 {
            let start = String(repeating: "x", count: shift)
            for count in [1, 100, 300, 700] {
                let text = start + String(repeating: unit, count: count)
                let read = try parse("\"\(text)\"").textValue
                #expect(read == ExactText(start + String(repeating: value, count: count)))
            }
        }
    }

    @Test func `reads every code unit, with digits of either case`() throws {
        for value in 0...UInt32(0xFFFF) {
            let digits = String(value, radix: 16)
            let padded = String(repeating: "0", count: 4 - digits.count) + digits
            let expected = Unicode.Scalar(value).map { ExactText(String($0)) }
            #expect((try? parse("\"\\u\(padded)\""))?.textValue == expected)
            #expect((try? parse("\"\\u\(padded.uppercased())\""))?.textValue == expected)
        }
    }

    @Test func `accepts ASCII digits alone`() {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in 3...6 {
            for byte in UInt8.min...0x7F where !digits.contains(byte) {
                var bytes = Array(#""\u0041, and more""#.utf8)
                bytes[place] = byte
                #expect(error(bytes)?.offset == 1)
            }
        }
    }

    @Test(arguments: [
        #""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uD83D\n""#, #""\uD83D\u0041""#,
        #""\uD83D\uD83D""#, #""\x""#, #""\u12""#, #""\u12G4""#, #""\"#, #"""#, #""abc"#,
        #""\u"#, #""\uD83D\u"#, "\"\n\"", "\"a\u{1F}\"", "\"12345678\u{1}\"",
    ])
    func `refuses what is not a string`(text: String) {
        #expect(error(text) != nil)
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 0), ("truE", 0), ("[1,]", 3), ("[1 2]", 3), ("[", 1),
        ("{", 1), (#"{"a"}"#, 4), (#"{"a":1,}"#, 7), ("{a:1}", 1), (#"{"a":1 "b":2}"#, 7),
        ("1 2", 2),
        ("[]]", 2), ("'a'", 0), ("\u{FEFF}1", 0), ("[1]//", 3), (#"{"a":1,"b":2,"a":3}"#, 13),
        (#"{"a":1,"\u0061":3}"#, 7),
    ])
    func `says where a text goes wrong`(text: String, offset: Int) {
        #expect(error(text)?.offset == offset)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x31, 0x80],
        ] as [[UInt8]])
    func `refuses invalid UTF-8`(bytes: [UInt8]) {
        #expect(error(bytes) == JSONError(offset: 1, reason: "invalid UTF-8"))
    }

    @Test func `limits nesting`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONReader.parse(nested(16))
        #expect(error(nested(17))?.reason == "nested deeper than 16 levels")
        #expect(throws: JSONError.self) { try JSONReader.parse(nested(129), maxDepth: .max) }
        #expect(error([UInt8](repeating: 0x5B, count: 1 << 20)) != nil)
        let objects = String(repeating: #"{"a":"#, count: 17)
        #expect(error(objects)?.offset == 16 * 5)
    }

    @Test func `limits the names of one object but not the length of arrays`() throws {
        func object(_ count: Int) -> [UInt8] {
            Array("{\((0..<count).map { "\"n\($0)\":0" }.joined(separator: ","))}".utf8)
        }
        #expect(try JSONReader.parse(object(256)).objectValue?.count == 256)
        #expect(error(object(257))?.reason == "more than 256 names in one object")
        let array = "[" + String(repeating: "0,", count: 99_999) + "0]"
        #expect(try parse(array).arrayValue?.count == 100_000)
    }

    @Test func `finds a duplicate name among many`() {
        let names = (0..<40).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(error("{\(names),\"n3\":1}")?.reason == "the name 'n3' comes twice")
        #expect(error("{\(names),\"n40\":1}") == nil)
    }

    @Test func `refuses every proper prefix of a text`() throws {
        let bytes = Array(#"{"a":[1.5e3,"é\n\uD83D\uDE00",true,null],"b":{"c":-2}}"#.utf8)
        _ = try JSONReader.parse(bytes)
        for count in 0..<bytes.count {
            #expect(error(Array(bytes.prefix(count))) != nil, "\(count) bytes")
        }
    }

    @Test func `survives any single wrong byte`() {
        let bytes = Array(#"{"a":[1.5e3,"é\n\uD83D\uDE00",true,null],"b":{"c":-2}}"#.utf8)
        var refused = 0
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                if let error = error(changed) {
                    refused += 1
                    #expect(error.offset <= bytes.count)
                }
            }
        }
        #expect(refused > bytes.count * 128)
    }
}
