// Whether the journal tries the store: after a failure it waits a moment.

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
