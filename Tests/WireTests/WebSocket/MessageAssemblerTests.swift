import Testing

@testable import Wire

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct MessageAssemblerTests {
    /// RFC 6455 §5.7.
    @Test func `reads the examples of the RFC`() {
        let masked: [UInt8] = [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,
        ]
        #expect(Assembled(masked).messages == [.text(bytes("Hello"))])
        let single: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(Assembled(single, role: .client).messages == [.text(bytes("Hello"))])
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(Assembled(fragments, role: .client).messages == [.text(bytes("Hello"))])
        let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(Assembled(ping, role: .client).messages == [.ping(bytes("Hello"))])
        let pong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(Assembled(pong).messages == [.pong(bytes("Hello"))])
    }

    @Test func `reads every length around the borders of its encodings`() {
        for count in [0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536] {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            #expect(Assembled(clientFrame(0x82, payload)).messages == [.binary(payload)])
            #expect(
                Assembled(serverFrame(0x82, payload), role: .client).messages == [.binary(payload)])
        }
    }

    @Test func `gives the same messages for every split`() {
        let stream =
            clientFrame(0x01, bytes("hé")) + clientFrame(0x89, bytes("p"))
            + clientFrame(0x00) + clientFrame(0x80, bytes("llo 😀")) + clientFrame(0x8A)
            + clientFrame(0x82, [UInt8](repeating: 7, count: 130))
            + clientFrame(0x88, [0x03, 0xE8] + bytes("bye")) + bytes("ignored")
        let expected = Assembled(stream)
        #expect(
            expected.messages == [
                .ping(bytes("p")), .text(bytes("héllo 😀")), .pong([]),
                .binary([UInt8](repeating: 7, count: 130)),
                .close(code: .normal, reason: bytes("bye")),
            ])
        #expect(expected.error == nil)
        for pieces in splits(stream) { #expect(Assembled(pieces) == expected) }
    }

    @Test func `joins code points cut by a fragment border`() {
        let text = bytes("😀é")
        for cut in 0...text.count {
            let stream =
                clientFrame(0x01, Array(text[..<cut])) + clientFrame(0x80, Array(text[cut...]))
            #expect(Assembled(stream).messages == [.text(text)])
        }
    }

    @Test func `keeps no memory between messages`() throws {
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100)
        let frame = clientFrame(0x81, bytes("Hello"))
        assembler.append(frame + frame)
        #expect(!assembler.isIdle)
        for _ in 0..<2 {
            let message = try assembler.next()
            #expect(message == .text(bytes("Hello")))
        }
        #expect(assembler.isIdle)
        #expect(assembler.bufferedBytes == 0)
        assembler.append(clientFrame(0x01, bytes("x")))
        let message = try assembler.next()
        #expect(message == nil)
        #expect(!assembler.isIdle)
    }

    @Test func `limits a message before its payload arrives`() {
        let exact = clientFrame(0x82, [UInt8](repeating: 0, count: 100))
        #expect(Assembled(exact, maxMessageBytes: 100).error == nil)
        let header = Array(clientFrame(0x82, [UInt8](repeating: 0, count: 101)).prefix(6))
        #expect(Assembled(header, maxMessageBytes: 100).error == .messageTooBig(limit: 100))
        let fragments =
            clientFrame(0x02, [UInt8](repeating: 0, count: 60))
            + clientFrame(0x80, [UInt8](repeating: 0, count: 41)).prefix(6)
        #expect(Assembled(fragments, maxMessageBytes: 100).error == .messageTooBig(limit: 100))
    }

    @Test func `lets control frames pass at the limit`() {
        let stream = clientFrame(0x89, [UInt8](repeating: 1, count: 125))
        #expect(Assembled(stream, maxMessageBytes: 10).messages.count == 1)
    }

    @Test func `limits the fragments of a message, empty ones too`() {
        func stream(_ count: Int) -> [UInt8] {
            clientFrame(0x01) + (1..<count).flatMap { clientFrame($0 == count - 1 ? 0x80 : 0x00) }
        }
        #expect(Assembled(stream(128)).messages == [.text([])])
        #expect(Assembled(stream(129)).error == .tooManyFragments(limit: 128))
        #expect(Assembled(stream(128) + stream(128)).messages.count == 2)
    }

    @Test func `stays silent after a close and throws the same error for ever`() throws {
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100)
        assembler.append(clientFrame(0x88) + [0xFF, 0xFF])
        let close = try assembler.next()
        #expect(close == .close(code: nil, reason: []))
        let rest = try assembler.next()
        #expect(rest == nil)
        #expect(assembler.bufferedBytes == 0)

        var broken = MessageAssembler(role: .server, maxMessageBytes: 100)
        broken.append([0xFF, 0xFF])
        #expect(throws: FrameError.reservedBits) { try broken.next() }
        broken.append(clientFrame(0x81))
        #expect(throws: FrameError.reservedBits) { try broken.next() }
    }

    @Test func `survives any single wrong byte`() {
        let stream =
            clientFrame(0x01, bytes("hé")) + clientFrame(0x89) + clientFrame(0x80, bytes("x"))
        var refused = 0
        for index in stream.indices {
            for value in UInt8.min...UInt8.max {
                var changed = stream
                changed[index] = value
                let result = Assembled(changed)
                if result.error != nil { refused += 1 }
                #expect(Assembled(changed.map { [$0] }) == result)
            }
        }
        #expect(refused > 256 * 6)
    }
}
