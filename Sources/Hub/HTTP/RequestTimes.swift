// Measures how long a connection has been silent and how long a request takes to arrive.

/// In monotonic milliseconds.
struct RequestTimes {
    /// A dropped body has at most this time, besides that of a head.
    private static let discardMs: Int64 = 60_000

    /// The start of the silence.
    private(set) var quietSince: Int64
    /// The first byte of the current request.
    private(set) var requestSince: Int64?
    /// The end of its head.
    private(set) var bodySince: Int64?
    /// Since when nothing is read from an uploader, because the hub is behind.
    private(set) var heldSince: Int64?
    /// Bytes of the current body.
    var bodyBytes = 0
    /// Whether this connection had a request.
    private(set) var hasAsked = false

    init(now: Int64) { quietSince = now }

    // MARK: Events

    mutating func receivedBytes(at now: Int64) { requestSince = requestSince ?? now }

    mutating func receivedHead(at now: Int64) {
        hasAsked = true
        bodySince = now
        bodyBytes = 0
    }

    mutating func becameIdle(at now: Int64) {
        requestSince = nil
        quietSince = now
    }

    /// The current request is answered. The time of a pipelined one starts here.
    mutating func answered(at now: Int64, isNextHere: Bool) {
        quietSince = now
        requestSince = isNextHere ? now : nil
    }

    /// False: it was held already.
    mutating func hold(at now: Int64) -> Bool {
        guard heldSince == nil else { return false }
        heldSince = now
        return true
    }

    /// The time on hold does not count against the uploader. False: it was not held.
    mutating func release(at now: Int64) -> Bool {
        guard let since = heldSince else { return false }
        heldSince = nil
        bodySince = bodySince.map { $0 + now - since }
        return true
    }

    // MARK: Limits

    /// Between requests there is nothing to answer.
    func isSilent(at now: Int64, by settings: HubSettings) -> Bool {
        if !hasAsked, requestSince == nil, settings.headSeconds > 0,
            now - quietSince > Int64(settings.headSeconds) * 1000
        {
            return true
        }
        return now - quietSince > Int64(settings.keepAliveSeconds) * 1000
    }

    /// A head has a fixed time, however slowly it comes.
    func isHeadTooSlow(at now: Int64, by settings: HubSettings) -> Bool {
        let limitMs = Int64(settings.headSeconds) * 1000
        guard limitMs > 0, let requestSince else { return false }
        return now - requestSince > limitMs
    }

    /// A body has the time of a head and a second for every KiB, within a limit.
    func isBodyTooSlow(at now: Int64, by settings: HubSettings, isDropped: Bool) -> Bool {
        let limitMs = Int64(settings.headSeconds) * 1000
        guard limitMs > 0, requestSince != nil, let bodySince else { return false }
        let mostMs = isDropped ? Self.discardMs : Int64(UploadSettings.uploadSecondsMax) * 1000
        return now - bodySince > limitMs + min(mostMs, Int64(bodyBytes))
    }
}
