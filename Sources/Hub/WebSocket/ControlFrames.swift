// Pings and pongs of a peer: their limit, and the pong that is still to be sent.

struct ControlFrames {
    private var limiter: RateLimiter
    /// The latest ping without a pong, of a peer that reads nothing. One pong may answer several
    /// pings (RFC 6455 section 5.5.3).
    private var pendingPong: [UInt8]?

    init(_ settings: HubSettings, now: Int64) {
        limiter = RateLimiter(
            perSecond: settings.controlFramesPerSecond, burst: settings.controlFrameBurst, now: now)
    }

    /// False: the peer sends too many.
    mutating func admit(now: Int64) -> Bool { limiter.admit(now: now) == .admitted }

    mutating func answerLater(_ payload: [UInt8]) { pendingPong = payload }

    mutating func takePendingPong() -> [UInt8]? {
        defer { pendingPong = nil }
        return pendingPong
    }
}
