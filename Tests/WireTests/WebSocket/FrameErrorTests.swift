// Every violation of RFC 6455, and its close code.

import Testing

@testable import Wire

@Suite struct FrameErrorTests {
    @Test(
        arguments: [
            (clientFrame(0xC1), FrameError.reservedBits), (clientFrame(0xA1), .reservedBits),
            (clientFrame(0x91), .reservedBits), (clientFrame(0xF1), .reservedBits),
            (clientFrame(0x83), .unknownOpcode(3)), (clientFrame(0x87), .unknownOpcode(7)),
            (clientFrame(0x8B), .unknownOpcode(11)), (clientFrame(0x8F), .unknownOpcode(15)),
            (serverFrame(0x81), .unmasked), (serverFrame(0x89), .unmasked),
            (clientFrame(0x09), .fragmentedControl), (clientFrame(0x08), .fragmentedControl),
            (clientFrame(0x89, [UInt8](repeating: 0, count: 126)), .controlTooLong),
            (clientFrame(0x88, [], length: [127]), .controlTooLong),
            (clientFrame(0x80), .unexpectedContinuation),
            (clientFrame(0x00), .unexpectedContinuation),
            (clientFrame(0x01) + clientFrame(0x81), .interruptedMessage),
            (clientFrame(0x02) + clientFrame(0x01), .interruptedMessage),
            (clientFrame(0x81) + clientFrame(0x80), .unexpectedContinuation),
            (clientFrame(0x88, [0x03]), .truncatedCloseCode),
            (clientFrame(0x88, [0x03, 0xE8, 0xFF]), .invalidUTF8),
            (clientFrame(0x88, [0x03, 0xE8, 0xC3]), .invalidUTF8),
            (clientFrame(0x81, [0xC3]), .invalidUTF8),
            (clientFrame(0x01, [0xC3]) + clientFrame(0x80), .invalidUTF8),
        ] as [([UInt8], FrameError)])
    func `refuses broken frames`(stream: [UInt8], error: FrameError) {
        #expect(Assembled(stream).error == error)
        #expect(Assembled(stream.map { [$0] }).error == error)
        #expect(error.closeCode == (error == .invalidUTF8 ? .invalidPayload : .protocolError))
        #expect(!error.description.isEmpty)
    }

    @Test func `refuses a server's masked frame`() {
        #expect(Assembled(clientFrame(0x81), role: .client).error == .masked)
    }

    @Test(
        arguments: [
            ([126] + bigEndian(0, 2), FrameError.nonMinimalLength),
            ([126] + bigEndian(125, 2), .nonMinimalLength),
            ([127] + bigEndian(0, 8), .nonMinimalLength),
            ([127] + bigEndian(65535, 8), .nonMinimalLength),
            ([127] + bigEndian(1 << 31, 8), .messageTooBig(limit: 1 << 20)),
            ([127] + bigEndian(1 << 32, 8), .messageTooBig(limit: 1 << 20)),
            ([127] + bigEndian((1 << 63) - 1, 8), .messageTooBig(limit: 1 << 20)),
            ([127] + bigEndian(1 << 63, 8), .lengthOutOfRange),
            ([127] + bigEndian(.max, 8), .lengthOutOfRange),
        ] as [([UInt8], FrameError)])
    func `refuses lengths that are too large or not in their shortest form`(
        length: [UInt8], error: FrameError
    ) {
        #expect(Assembled(clientFrame(0x82, [], length: length)).error == error)
    }

    @Test func `does not overflow when a huge fragment follows another`() {
        let stream =
            clientFrame(0x02, [1, 2, 3])
            + clientFrame(0x80, [], length: [127] + bigEndian((1 << 63) - 1, 8))
        let result = Assembled(stream, maxMessageBytes: .max)
        #expect(result.error == .messageTooBig(limit: .max))
    }

    @Test func `refuses invalid text before the frame is whole`() {
        let frame = clientFrame(0x81, [0x61, 0xC0] + [UInt8](repeating: 0x61, count: 100))
        #expect(Assembled(Array(frame.prefix(8))).error == .invalidUTF8)
        #expect(Assembled(Array(frame.prefix(7))).error == nil)
        let surrogate = clientFrame(0x01, [0xED, 0xA0, 0x80])
        #expect(Assembled(Array(surrogate.prefix(8))).error == .invalidUTF8)
        #expect(Assembled(clientFrame(0x82, [0xC0])).error == nil)
    }

    @Test func `accepts the close codes that may be sent and no others`() {
        let valid: [ClosedRange<UInt16>] = [1000...1003, 1007...1014, 3000...4999]
        for code in UInt16.min...5100 {
            let frame = clientFrame(0x88, bigEndian(UInt64(code), 2))
            let isValid = valid.contains { $0.contains(code) }
            #expect(Assembled(frame).error == (isValid ? nil : .invalidCloseCode(CloseCode(code))))
        }
        #expect(!CloseCode(.max).isValidOnWire)
    }

    @Test func `names the close code of each kind of error`() {
        #expect(FrameError.messageTooBig(limit: 1).closeCode == .messageTooBig)
        #expect(FrameError.tooManyFragments(limit: 1).closeCode == .policyViolation)
        #expect(FrameError.invalidUTF8.closeCode == .invalidPayload)
        #expect(FrameError.invalidCloseCode(.noCode).closeCode == .protocolError)
    }
}
