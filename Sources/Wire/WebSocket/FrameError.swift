// Violations of RFC 6455 by a peer, with the close code and reason that it gets.

package enum FrameError: Error, Sendable, Equatable {
    case reservedBits
    case unknownOpcode(UInt8)
    /// A client's frame without a mask, or a server's with one.
    case unmasked
    case masked
    case fragmentedControl
    case controlTooLong
    case unexpectedContinuation
    case interruptedMessage
    case nonMinimalLength
    case lengthOutOfRange
    case messageTooBig(limit: Int)
    case tooManyFragments(limit: Int)
    case truncatedCloseCode
    case invalidCloseCode(CloseCode)
    case invalidUTF8
    case invalidDeflate
    /// Not the peer's fault: no memory for an inflater.
    case noInflater

    /// RFC 6455 §7.4.1.
    package var closeCode: CloseCode {
        switch self {
        case .messageTooBig: .messageTooBig
        case .tooManyFragments: .policyViolation
        case .invalidUTF8, .invalidDeflate: .invalidPayload
        case .noInflater: .internalError
        default: .protocolError
        }
    }
}

extension FrameError: CustomStringConvertible {
    /// Short enough for the reason of a close frame.
    package var description: String {
        switch self {
        case .reservedBits: "reserved bits are set"
        case .unknownOpcode(let opcode): "unknown opcode \(opcode)"
        case .unmasked: "frames from a client must be masked"
        case .masked: "frames from a server must not be masked"
        case .fragmentedControl: "a control frame is fragmented"
        case .controlTooLong: "a control frame is longer than 125 bytes"
        case .unexpectedContinuation: "there is no message to continue"
        case .interruptedMessage: "a new message begins inside another"
        case .nonMinimalLength: "a length is not in its shortest form"
        case .lengthOutOfRange: "a length has its top bit set"
        case .messageTooBig(let limit): "messages are limited to \(limit) bytes"
        case .tooManyFragments(let limit): "messages are limited to \(limit) fragments"
        case .truncatedCloseCode: "a close code has two bytes"
        case .invalidCloseCode(let code): "close code \(code.rawValue) must not be sent"
        case .invalidUTF8: "text is not UTF-8"
        case .invalidDeflate: "compressed data is not deflate"
        case .noInflater: "there is no memory to unpack the message"
        }
    }
}
