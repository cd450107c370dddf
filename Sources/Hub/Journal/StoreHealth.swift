// Whether the journal may call the store: after a failure it pauses briefly.

import Reactor

struct StoreHealth {
    private static let pauseMs: Int64 = 500

    /// Monotonic; until then the store counts as unavailable.
    private var awayUntil: Int64 = 0

    var isAway: Bool { awayUntil > monotonicMilliseconds() }

    /// Milliseconds until the next try; 0 or negative: none.
    var msUntilNextTry: Int64 { awayUntil - monotonicMilliseconds() }

    mutating func noteFailure() { awayUntil = monotonicMilliseconds() + Self.pauseMs }
}
