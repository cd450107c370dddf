// Incoming compressed messages: the examples of RFC 7692, every split, and refusals.

import Testing

@testable import Wire

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func assembled(
    _ pieces: [[UInt8]], role: MessageAssembler.Role = .server, maxMessageBytes: Int = 1 << 20,
    isNegotiated: Bool = true
) -> Assembled {
    Assembled(
        pieces, role: role, maxMessageBytes: maxMessageBytes,
        inflaters: isNegotiated ? InflaterPool() : nil)
}

/// Ten thousand letters that do not repeat soon, in every length of UTF-8.
private let story = (0..<2500).map { "é\($0)😀漢" }.joined()

private func packed(_ payload: [UInt8], windowBits: Int = 15) throws -> [UInt8] {
    let deflater = try #require(Deflater(windowBits: windowBits))
    return try #require(deflater.compress(payload))
}

/// "Hello" as RFC 7692 §7.2.3 has it: one block, two frames, a stored block, a final block, two
/// blocks.
private let hello: [[UInt8]] = [
    serverFrame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]),
    serverFrame(0x41, [0xF2, 0x48, 0xCD]) + serverFrame(0x80, [0xC9, 0xC9, 0x07, 0x00]),
    serverFrame(0xC1, [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]),
    serverFrame(0xC1, [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]),
    serverFrame(
        0xC1, [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]),
]

private let misplaced: [([UInt8], FrameError)] = [
    (clientFrame(0x01) + clientFrame(0xC0), .reservedBits),
    (clientFrame(0x41) + clientFrame(0xC0, [0x00]), .reservedBits),
    (clientFrame(0xC9), .reservedBits), (clientFrame(0xCA), .reservedBits),
    (clientFrame(0xC8), .reservedBits), (clientFrame(0xE1), .reservedBits),
    (clientFrame(0xD1), .reservedBits), (clientFrame(0xA1), .reservedBits),
    (clientFrame(0x41) + clientFrame(0x81), .interruptedMessage),
]

@Suite struct DeflatedMessageTests {
    @Test(arguments: hello)
    func `reads the examples of the RFC`(stream: [UInt8]) {
        let expected = [WebSocketMessage.text(bytes("Hello"))]
        #expect(assembled([stream], role: .client).messages == expected)
        #expect(assembled(stream.map { [$0] }, role: .client).messages == expected)
    }

    /// §7.2.3.2: the second "Hello" refers to the window of the first, which we have declined.
    @Test func `keeps no state of the previous message`() {
        let first = serverFrame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        let second = serverFrame(0xC1, [0xF2, 0x00, 0x11, 0x00, 0x00])
        let result = assembled([first + second], role: .client)
        #expect(result.messages == [.text(bytes("Hello"))])
        #expect(result.error == .invalidDeflate)
        #expect(assembled([first + first], role: .client).messages.count == 2)
    }

    @Test func `reads text and binary of every size, at every split`() throws {
        for text in ["x", "Hello, Hello, Hello!", "é😀漢é😀漢é😀漢", story] {
            for window in 9...15 {
                let payload = text == "x" ? [0x00] : try packed(bytes(text), windowBits: window)
                let expected = text == "x" ? [] : bytes(text)
                let frame = clientFrame(0xC1, payload)
                #expect(assembled([frame]).messages == [.text(expected)])
                #expect(
                    assembled([clientFrame(0xC2, payload)]).messages == [.binary(expected)])
                if window == 15 {
                    #expect(assembled(frame.map { [$0] }).messages == [.text(expected)])
                }
                for cut in 0..<min(frame.count, 64) {
                    let halves = [Array(frame[..<cut]), Array(frame[cut...])]
                    #expect(assembled(halves).messages == [.text(expected)])
                }
            }
        }
    }

    @Test func `reads fragments with control frames between them`() throws {
        let payload = try packed(bytes(story))
        for cut in stride(from: 0, to: payload.count, by: 97) {
            let stream =
                clientFrame(0x41, Array(payload[..<cut])) + clientFrame(0x89, bytes("p"))
                + clientFrame(0x00) + clientFrame(0x80, Array(payload[cut...]))
                + clientFrame(0x81, bytes("plain"))
            #expect(
                assembled([stream]).messages == [
                    .ping(bytes("p")), .text(bytes(story)), .text(bytes("plain")),
                ])
        }
    }

    @Test(arguments: misplaced)
    func `takes RSV1 on the first frame of a message only`(stream: [UInt8], error: FrameError) {
        #expect(assembled([stream]).error == error)
        #expect(error.closeCode == .protocolError)
    }

    @Test func `refuses RSV1 when nothing was negotiated`() {
        let frame = clientFrame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        #expect(assembled([frame], isNegotiated: false).error == .reservedBits)
        #expect(assembled([frame]).error == nil)
    }

    @Test(
        arguments: [
            [], [0x06], [0xFF], [0x07, 0x00], [0x00, 0x05, 0x00, 0x00, 0x00],
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9], [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01], [0x1F, 0x8B, 0x08, 0x00],
            [0x00, 0x0A, 0x00, 0xF5, 0xFF, 0x61], [0x63, 0x00, 0x82, 0x00, 0x00],
        ] as [[UInt8]])
    func `refuses what is not deflate, or ends inside a block`(payload: [UInt8]) {
        let result = assembled([clientFrame(0xC2, payload)])
        #expect(result.error == .invalidDeflate)
        #expect(result.error?.closeCode == .invalidPayload)
        #expect(assembled(clientFrame(0xC2, payload).map { [$0] }) == result)
    }

    @Test func `survives any single wrong byte`() throws {
        let stream = clientFrame(0xC2, try packed(bytes("Hello, Hello, Hello, hello!")))
        var refused = 0
        for index in stream.indices {
            for value in UInt8.min...UInt8.max {
                var changed = stream
                changed[index] = value
                let result = assembled([changed])
                if result.error != nil { refused += 1 }
                #expect(assembled(changed.map { [$0] }) == result)
            }
        }
        #expect(refused > 256)
    }

    @Test func `finds bad text before the message is whole`() throws {
        let payload = try packed(
            [UInt8](repeating: 0x61, count: 40_000) + [0xC0]
                + (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) & 0x7F })
        let frame = clientFrame(0x41, payload)
        var assembler = MessageAssembler(
            role: .server, maxMessageBytes: 1 << 20, inflaters: InflaterPool())
        var taken = 0
        #expect(throws: FrameError.invalidUTF8) {
            for byte in frame {
                assembler.append([byte])
                taken += 1
                _ = try assembler.next()
            }
        }
        #expect(taken < frame.count / 2)
        #expect(assembled([clientFrame(0xC2, payload)]).error == nil)
        let unfinished = try packed(bytes("ééééééééé") + [0xC3])
        #expect(assembled([clientFrame(0xC1, unfinished)]).error == .invalidUTF8)
    }

    /// Bad text and too much of it: which of both is told must not depend on the network.
    @Test func `finds bad text before length, at every split`() throws {
        let filler = [UInt8](repeating: 0x61, count: 100)
        let limit = 4096
        for (rest, error) in [
            ([0xFF] + [UInt8](repeating: 0x61, count: 5000), FrameError.invalidUTF8),
            ([UInt8](repeating: 0x61, count: 5000) + [0xFF], .messageTooBig(limit: limit)),
        ] {
            let frame = clientFrame(0xC1, try packed(filler + rest))
            for cut in 0...frame.count {
                let pieces = [Array(frame[..<cut]), Array(frame[cut...])]
                #expect(assembled(pieces, maxMessageBytes: limit).error == error)
            }
            #expect(assembled(frame.map { [$0] }, maxMessageBytes: limit).error == error)
        }
    }

    @Test func `owns no inflater between messages`() throws {
        let pool = InflaterPool()
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100, inflaters: pool)
        let lent = try #require(pool.take())
        pool.giveBack(lent)
        for _ in 0..<3 {
            assembler.append(clientFrame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]))
            #expect(try assembler.next() == .text(bytes("Hello")))
            #expect(assembler.isIdle && assembler.bufferedBytes == 0)
            let spare = try #require(pool.take())
            #expect(spare === lent)
            pool.giveBack(spare)
        }
    }
}

@Suite struct InflateLimitTests {
    private static let mebibyte = 1 << 20

    @Test func `counts what a message unpacks to`() throws {
        let exact = try packed([UInt8](repeating: 0, count: Self.mebibyte))
        let over = try packed([UInt8](repeating: 0, count: Self.mebibyte + 1))
        #expect(assembled([clientFrame(0xC2, exact)]).error == nil)
        #expect(
            assembled([clientFrame(0xC2, over)]).error == .messageTooBig(limit: Self.mebibyte))
        let noise = [UInt8](repeating: 7, count: 100)
        let stored = [0x00, 0x64, 0x00, 0x9B, 0xFF] + noise + [0x00]
        #expect(
            assembled([clientFrame(0xC2, stored)], maxMessageBytes: 100).messages
                == [.binary(noise)])
    }

    @Test func `refuses a packed frame that could never fit, by its header`() {
        let header = clientFrame(0xC2, [], length: [127] + bigEndian((1 << 63) - 1, 8))
        #expect(assembled([header]).error == .messageTooBig(limit: Self.mebibyte))
        let halves = clientFrame(0x42, [0x00]) + [0x80] + header.dropFirst()
        #expect(assembled([halves]).error == .messageTooBig(limit: Self.mebibyte))
        let fits = [127] + bigEndian(UInt64(Self.mebibyte), 8)
        #expect(assembled([clientFrame(0xC2, [], length: fits)]).error == nil)
    }

    /// 16 MiB and a byte of zeros are 16 KiB on the wire: the limit falls in the middle of them.
    @Test func `stops a bomb in small frames while it unpacks`() throws {
        let limit = 16 * Self.mebibyte
        let bomb = try packed([UInt8](repeating: 0, count: limit + 1))
        #expect(bomb.count < 20_000)
        var assembler = MessageAssembler(
            role: .server, maxMessageBytes: limit, inflaters: InflaterPool())
        var most = 0
        #expect(throws: FrameError.messageTooBig(limit: limit)) {
            for start in stride(from: 0, to: bomb.count, by: 200) {
                let piece = Array(bomb[start..<min(start + 200, bomb.count)])
                assembler.append(clientFrame(start == 0 ? 0x42 : 0x00, piece))
                _ = try assembler.next()
                most = max(most, assembler.bufferedBytes)
            }
        }
        #expect(most <= limit)
        #expect(assembler.bufferedBytes == 0)
    }

    @Test func `stops a bomb that comes in one frame at the limit`() throws {
        let bomb = try packed([UInt8](repeating: 0, count: 64 * Self.mebibyte))
        let result = assembled([clientFrame(0xC1, bomb)], maxMessageBytes: 65536)
        #expect(result.error == .messageTooBig(limit: 65536))
        #expect(result.error?.closeCode == .messageTooBig)
    }

    @Test func `takes empty blocks and refuses endless final ones`() {
        func stream(_ block: [UInt8], _ count: Int) -> [UInt8] {
            Array(repeatElement(block, count: count).joined()) + [0x00]
        }
        let stored = stream([0x00, 0x00, 0x00, 0xFF, 0xFF], 10_000)
        #expect(assembled([clientFrame(0xC2, stored)]).messages == [.binary([])])
        let final = [0x03, 0x00] as [UInt8]
        #expect(assembled([clientFrame(0xC2, stream(final, 256))]).messages == [.binary([])])
        #expect(assembled([clientFrame(0xC2, stream(final, 257))]).error == .invalidDeflate)
    }

    @Test func `counts fragments of compressed messages too`() {
        let stream = clientFrame(0x41) + (0..<128).flatMap { _ in clientFrame(0x00) }
        #expect(assembled([stream]).error == .tooManyFragments(limit: 128))
    }
}

@Suite struct DeflaterTests {
    @Test func `packs what the other side unpacks, again and again`() throws {
        for windowBits in 9...15 {
            let deflater = try #require(Deflater(windowBits: windowBits))
            let first = try #require(deflater.compress(bytes(story)))
            let second = try #require(deflater.compress(bytes(story)))
            #expect(first == second, "nothing is remembered")
            #expect(first.count < bytes(story).count / 2)
            var frame: [UInt8] = []
            FrameEncoder.appendMasked(
                .text, payload: first, isCompressed: true, key: 7, to: &frame)
            #expect(assembled([frame]).messages == [.text(bytes(story))])
            let answer = FrameEncoder.frame(.text, payload: first, isCompressed: true)
            #expect(assembled([answer], role: .client).messages == [.text(bytes(story))])
        }
    }

    @Test func `refuses to make anything longer`() throws {
        let deflater = try #require(Deflater(windowBits: 15))
        #expect(deflater.compress([]) == nil)
        #expect(deflater.compress(bytes("a")) == nil)
        var state: UInt32 = 1
        let noise = (0..<100_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        #expect(deflater.compress(noise) == nil)
        let again = deflater.compress(bytes(story))
        #expect(again != nil)
    }

    @Test func `makes no window that zlib has not`() {
        for bits in [-1, 0, 8, 16, 31] { #expect(Deflater(windowBits: bits) == nil) }
    }
}
