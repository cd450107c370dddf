import Testing

@testable import Wire

@Suite struct ResponseHeadTests {
    @Test func `writes status, reason and headers`() {
        var head = ResponseHead(status: 404, headers: [("Content-Length", "0")])
        head.add("X", "y")
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX: y\r\n\r\n")
    }

    @Test func `lets no value end a line`() {
        var bytes: [UInt8] = []
        ResponseHead(status: 200, headers: [("A\r\nB", "x\r\nSet-Cookie: y\0\n")]).encode(
            into: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nAB: xSet-Cookie: y\r\n\r\n")
    }

    @Test func `frames chunks`() {
        var bytes: [UInt8] = []
        ChunkedEncoder.append(Array("hello".utf8), to: &bytes)
        ChunkedEncoder.append([], to: &bytes)
        ChunkedEncoder.append([UInt8](repeating: 0x61, count: 0x1F0), to: &bytes)
        ChunkedEncoder.finish(&bytes)
        let expected =
            "5\r\nhello\r\n1f0\r\n" + String(repeating: "a", count: 0x1F0) + "\r\n0\r\n\r\n"
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
