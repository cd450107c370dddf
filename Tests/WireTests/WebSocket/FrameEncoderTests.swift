import Testing

@testable import Wire

@Suite struct FrameEncoderTests {
    /// RFC 6455 §5.7.
    @Test func `writes the examples of the RFC`() {
        let hello = Array("Hello".utf8)
        #expect(FrameEncoder.frame(.text, payload: hello) == [0x81, 0x05] + hello)
        var masked: [UInt8] = []
        FrameEncoder.appendMasked(.text, payload: hello, key: 0x37FA_213D, to: &masked)
        #expect(masked == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test(
        arguments: [
            (0, [0x82, 0]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]),
            (127, [0x82, 126, 0, 127]),
            (65535, [0x82, 126, 0xFF, 0xFF]), (65536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])])
    func `uses the shortest length`(count: Int, header: [UInt8]) {
        let payload = [UInt8](repeating: 0x5A, count: count)
        #expect(FrameEncoder.frame(.binary, payload: payload) == header + payload)
    }

    @Test func `appends behind what is there`() {
        var bytes: [UInt8] = [1]
        FrameEncoder.append(.ping, payload: [2], to: &bytes)
        FrameEncoder.append(.pong, payload: [], to: &bytes)
        #expect(bytes == [1, 0x89, 1, 2, 0x8A, 0])
    }

    @Test func `reads back what it writes`() {
        for count in [0, 1, 125, 126, 65535, 65536] {
            let payload = [UInt8](repeating: 0x61, count: count)
            var masked: [UInt8] = []
            FrameEncoder.appendMasked(.text, payload: payload, key: 0xDEAD_BEEF, to: &masked)
            #expect(Assembled(masked).messages == [.text(payload)])
            let plain = FrameEncoder.frame(.text, payload: payload)
            #expect(Assembled(plain, role: .client).messages == [.text(payload)])
        }
    }

    @Test func `cuts a close reason between characters`() {
        #expect(
            FrameEncoder.close(code: .goingAway, reason: "bye") == [0x88, 5, 3, 0xE9, 98, 121, 101])
        let long = FrameEncoder.close(
            code: .protocolError, reason: String(repeating: "é", count: 100))
        #expect(long.count == 2 + 2 + 122)
        let result = Assembled(long, role: .client)
        #expect(
            result.messages
                == [
                    .close(
                        code: .protocolError, reason: Array(String(repeating: "é", count: 61).utf8))
                ])
    }
}
