// The headers of files: byte ranges and file names.

import Testing
import Text

@testable import Wire

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=0-", 0..<10), ("bytes=3-5", 3..<6), ("bytes=9-9", 9..<10),
        ("bytes=3-99", 3..<10), ("bytes=-1", 9..<10), ("bytes=-10", 0..<10),
        ("bytes=-99", 0..<10),
        ("BYTES= 1 - 2 ", 1..<3), ("bytes=0-9223372036854775807", 0..<10),
        ("bytes=0-99999999999999999999", 0..<10), ("bytes=-99999999999999999999", 0..<10),
    ])
    func `gives the bytes that are there`(header: String, range: Range<Int>) {
        #expect(ByteRange(header, size: 10) == .part(range))
    }

    @Test(arguments: [
        "bytes=10-", "bytes=10-12", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=", "bytes=a-b",
        "bytes=1", "bytes=+1-2", "bytes=1--2", "bytes=0x1-2", "bytes=99999999999999999999-",
        "bytes=1-2-3",
    ])
    func `refuses what is not there`(header: String) {
        #expect(ByteRange(header, size: 10) == .unsatisfiable)
    }

    @Test(arguments: [nil, "", "items=0-1", "bytes", "bytes=0-1,3-4", "bytes=,"])
    func `ignores other units and multiple ranges`(header: String?) {
        #expect(ByteRange(header, size: 10) == .whole)
    }

    @Test func `finds nothing in an empty file`() {
        for header in ["bytes=0-", "bytes=-1", "bytes=0-0"] {
            #expect(ByteRange(header, size: 0) == .unsatisfiable)
        }
    }
}

@Suite struct ContentDispositionTests {
    @Test(arguments: [
        ("a.png", "inline; filename=\"a.png\"; filename*=UTF-8''a.png"),
        ("été 1.pdf", "inline; filename=\"_t_ 1.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%201.pdf"),
        ("a\"b\\c%41", "inline; filename=\"a_b_c_41\"; filename*=UTF-8''a%22b%5Cc%2541"),
        ("a\r\nX: y", "inline; filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y"),
        ("*'();", "inline; filename=\"*'();\"; filename*=UTF-8''%2A%27%28%29%3B"),
    ])
    func `keeps any name within its quotes`(name: String, expected: String) {
        #expect(ContentDisposition.value("inline", name: name) == expected)
    }

    @Test func `reads back as it was`() throws {
        for name in ["“quotes” \"in\" 'it'", "a;b=c", "👩‍👩‍👧‍👦.txt", "%41", "\\\\host\\x"] {
            let text = ContentDisposition.value("attachment", name: name)
            let part = try FormPart(
                Headers(fields: [
                    .init(
                        name: "content-disposition",
                        value: "form-data; name=f;" + text.dropFirst("attachment;".count))
                ]))
            #expect(part.fileName == name)
        }
    }
}
