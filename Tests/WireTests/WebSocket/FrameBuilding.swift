// Hand-written frames, so that tests do not depend on the encoder, and the results of an assembler.

@testable import Wire

let testMask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

/// A client's frame with the given first byte and any length field.
func clientFrame(_ first: UInt8, _ payload: [UInt8] = [], length: [UInt8]? = nil) -> [UInt8] {
    var lengthField = length ?? lengthBytes(payload.count)
    lengthField[0] |= 0x80
    let masked = payload.enumerated().map { $0.element ^ testMask[$0.offset % 4] }
    return [first] + lengthField + testMask + masked
}

func serverFrame(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    [first] + lengthBytes(payload.count) + payload
}

func lengthBytes(_ count: Int) -> [UInt8] {
    if count < 126 { return [UInt8(count)] }
    if count < 65536 { return [126] + bigEndian(UInt64(count), 2) }
    return [127] + bigEndian(UInt64(count), 8)
}

func bigEndian(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}

/// All results of an assembler for some pieces.
struct Assembled: Equatable {
    var messages: [WebSocketMessage] = []
    var error: FrameError?

    init(
        _ pieces: [[UInt8]], role: MessageAssembler.Role = .server, maxMessageBytes: Int = 1 << 20,
        inflaters: InflaterPool? = nil
    ) {
        var assembler = MessageAssembler(
            role: role, maxMessageBytes: maxMessageBytes, inflaters: inflaters)
        do {
            for piece in pieces {
                assembler.append(piece)
                while let message = try assembler.next() { messages.append(message) }
            }
        } catch {
            self.error = error
        }
    }

    init(_ bytes: [UInt8], role: MessageAssembler.Role = .server, maxMessageBytes: Int = 1 << 20) {
        self.init([bytes], role: role, maxMessageBytes: maxMessageBytes)
    }
}
