// Heartbeat: pings a silent connection, and closes it when the silence lasts.

struct KeepAlive {
    enum Step {
        case nothing
        case ping
        /// Nothing was heard for too long.
        case giveUp
    }

    /// Monotonic milliseconds.
    private var lastPing: Int64

    init(now: Int64) { lastPing = now }

    /// What to do now. `lastReceived`: monotonic milliseconds.
    mutating func step(now: Int64, lastReceived: Int64, by settings: HubSettings) -> Step {
        let silent = now - lastReceived
        if settings.deadSeconds > 0, silent > Int64(settings.deadSeconds) * 1000 { return .giveUp }
        let heartbeat = Int64(settings.heartbeatSeconds) * 1000
        guard heartbeat > 0, silent >= heartbeat, now - lastPing >= heartbeat else {
            return .nothing
        }
        lastPing = now
        return .ping
    }
}
