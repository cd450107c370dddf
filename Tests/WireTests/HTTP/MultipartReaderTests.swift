import Testing

@testable import Wire

private let type = "multipart/form-data; boundary=xYz"

/// One line per part begun, content and end, whatever way the content was cut; last the error.
private func transcript(_ pieces: [[UInt8]], type: String = type) -> [String] {
    var lines: [String] = []
    var content: [UInt8] = []
    do throws(HTTPError) {
        var reader = try MultipartReader(contentType: type)
        for piece in pieces {
            reader.append(piece)
            while let event = try reader.next() {
                switch event {
                case .begin(let part): lines.append("\(part.name) \(part.fileName ?? "-")")
                case .data(let bytes): content += bytes
                case .end:
                    lines.append(content.map { String($0, radix: 16) }.joined(separator: " "))
                    content = []
                }
            }
        }
        lines.append(reader.isFinished ? "finished" : "cut off")
    } catch {
        lines.append("\(error.status)")
    }
    return lines
}

private func transcript(_ text: String) -> [String] { transcript([Array(text.utf8)]) }

private func form(_ parts: [(head: String, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
        bytes += Array("--xYz\r\n\(part.head)\r\n\r\n".utf8) + part.content + [0x0D, 0x0A]
    }
    return bytes + Array("--xYz--\r\n".utf8)
}

private func disposition(_ rest: String) -> String { "Content-Disposition: form-data; \(rest)" }

@Suite struct MultipartReaderTests {
    /// Every byte, and what looks like a boundary and is none.
    private static let content =
        Array(UInt8.min...UInt8.max) + Array("\r\n--xY\r\n--\r\n--xyz\r\r\n-\r\n".utf8)

    @Test func `reads the same parts however the bytes are split`() {
        let bytes = form([
            (disposition("name=\"file\"; filename=\"a b.png\""), Self.content),
            (disposition("name=note"), []),
        ])
        let whole = transcript([bytes])
        #expect(whole.count == 5 && whole[0] == "file a b.png" && whole[2] == "note -")
        #expect(whole[1] == Self.content.map { String($0, radix: 16) }.joined(separator: " "))
        #expect(whole[3].isEmpty && whole[4] == "finished")
        for pieces in splits(bytes) { #expect(transcript(pieces) == whole) }
    }

    @Test func `holds back no more than a boundary`() throws {
        var reader = try MultipartReader(contentType: type)
        reader.append(form([(disposition("name=f"), Self.content)]).dropLast(9))
        while try reader.next() != nil { #expect(reader.bufferedBytes < 600) }
        reader.append(Array(repeating: 0x0D, count: 10_000))
        var count = 0
        while case .data(let bytes)? = try reader.next() { count += bytes.count }
        #expect(reader.bufferedBytes < 10 && count > 9_990)
    }

    @Test func `takes blanks behind a boundary, a line before the first, anything behind the last`()
    {
        let text = "\r\n--xYz \t \r\n\(disposition("name=f"))\r\n\r\na\r\n--xYz--junk\r\n--xYz\r\n"
        #expect(transcript(text) == ["f -", "61", "finished"])
        for pieces in splits(Array(text.utf8)) { #expect(transcript(pieces) == transcript(text)) }
    }

    @Test func `says when the form was cut off`() {
        let bytes = form([(disposition("name=f"), [1, 2, 3])])
        for count in 0..<(bytes.count - 2) {
            #expect(transcript([Array(bytes[..<count])]).last == "cut off")
        }
    }

    @Test(arguments: [
        "--xyz\r\n", "x--xYz\r\n", "\n--xYz\r\n", "--xYz\n", "--xYzz\r\n", "--xYz-\r\n", "--xYz --",
        "--xYz\r\n\r\n", "--xYz\r\nContent-Disposition: form-data\r\n\r\n",
        "--xYz\r\nContent-Disposition: attachment; name=f\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=f; name=g\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=\"f\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=f\nX: y\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\u{0}b\"\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=f; filename*=latin1''a\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=f; filename*=UTF-8''%FF\r\n\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=f\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        "--xYz\r\n Content-Disposition: form-data; name=f\r\n\r\n",
    ])
    func `refuses malformed forms however the bytes are split`(text: String) {
        #expect(transcript(text).last == "400")
        for pieces in splits(Array(text.utf8)) { #expect(transcript(pieces).last == "400") }
    }

    @Test func `refuses heads and parts without end`() {
        let long = disposition("name=f; filename=\"\(String(repeating: "a", count: 5000))\"")
        #expect(transcript([form([(long, [])])]).last == "400")
        let many = (0..<20).map { (disposition("name=f") + "\r\nX-\($0): y", [UInt8]()) }
        #expect(transcript([form(Array(many.prefix(16)))]).last == "finished")
        #expect(transcript([form(many)]).last == "400")
        let fields = (0..<20).map { "\r\nX-\($0): y" }.joined()
        #expect(transcript([form([(disposition("name=f") + fields, [])])]).last == "400")
    }

    @Test(arguments: [
        (nil, 415), ("application/json", 415), ("multipart/mixed; boundary=a", 415), ("", 415),
        ("multipart/form-data", 400), ("multipart/form-data; boundary=\"\"", 400),
        ("multipart/form-data; boundary=\"a \"", 400),
        ("multipart/form-data; boundary=\(String(repeating: "a", count: 71))", 400),
        ("multipart/form-data; boundary=é", 415),
    ])
    func `needs a form with a boundary`(type: String?, status: Int) {
        #expect { _ = try MultipartReader(contentType: type) } throws: {
            ($0 as? HTTPError)?.status == status
        }
    }

    @Test func `fails permanently`() throws {
        var reader = try MultipartReader(contentType: type)
        reader.append(Array("junk".utf8))
        for _ in 0..<2 { #expect(throws: HTTPError.self) { try reader.next() } }
        reader.append(form([]))
        #expect(throws: HTTPError.self) { try reader.next() }
        #expect(reader.bufferedBytes < 20)
    }

    // MARK: Names

    @Test(arguments: [
        ("filename=\"plain.txt\"", "plain.txt"), ("filename=token.txt", "token.txt"),
        ("filename=\"é “x”.pdf\"", "é “x”.pdf"),
        ("filename=\"a%22b%0D%0Ac%2e.txt\"", "a\"b\r\nc%2e.txt"),
        ("filename=\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"), ("filename=\"\"", ""),
        ("filename=old; filename*=UTF-8''na%C3%AFve%20%25.txt", "naïve %.txt"),
        ("FILENAME=\"x;y=z\"", "x;y=z"), ("filename=\"%\"", "%"), ("filename=\"%2\"", "%2"),
    ])
    func `reads the names that browsers and libraries write`(parameter: String, name: String) {
        let lines = transcript([form([(disposition("name=f; \(parameter)"), [])])])
        #expect(lines.first == "f \(name)")
    }
}

@Suite struct ParameterizedValueTests {
    @Test func `takes a value and its parameters apart`() throws {
        let value = try #require(
            ParameterizedValue("Text/HTML ; Charset=utf-8;x=\"a, \\\"b\\\"; c\" ; empty=\"\" ;"))
        #expect(value.value == "text/html")
        #expect(value["charset"] == "utf-8" && value["x"] == "a, \"b\"; c")
        #expect(value["empty"] == "" && value["y"] == nil)
        #expect(ParameterizedValue("a")?.value == "a")
    }

    @Test(arguments: [
        "", " ", ";", "a b", "a; b", "a; b=", "a; =c", "a; b=\"c", "a; b=c d", "a; b=\"c\"d",
        "a; b = c", "a; b=c; B=d", "a;; b=c", "a\u{0}", "é",
    ])
    func `refuses what two readers could take apart in two ways`(text: String) {
        #expect(ParameterizedValue(text) == nil)
    }
}
