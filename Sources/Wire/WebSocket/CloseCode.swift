// Close codes of WebSocket connections (RFC 6455 §7.4, and the later entries of its IANA registry).

package struct CloseCode: Sendable, Equatable {
    package let rawValue: UInt16

    package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = CloseCode(1000)
    package static let goingAway = CloseCode(1001)
    package static let protocolError = CloseCode(1002)
    package static let unsupportedData = CloseCode(1003)
    /// Never sent: the peer's close frame has no code.
    package static let noCode = CloseCode(1005)
    /// Never sent: the connection ended without a close frame.
    package static let noCloseFrame = CloseCode(1006)
    package static let invalidPayload = CloseCode(1007)
    package static let policyViolation = CloseCode(1008)
    package static let messageTooBig = CloseCode(1009)
    package static let internalError = CloseCode(1011)
    package static let tryAgainLater = CloseCode(1013)
    /// Our own: the token expired or was revoked.
    package static let tokenExpired = CloseCode(4401)

    /// Whether a close frame may carry it: 1005, 1006 and 1015 only describe a missing frame, and
    /// the other codes below 3000 are reserved.
    package var isValidOnWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
