// How far the hub is behind an older system, as its follower tells it.

import Reactor
import Synchronization

final class AdoptionLag: Sendable {
    /// A follower tells it every second or so; without news it is unknown.
    private static let freshMilliseconds: Int64 = 30_000

    private let newest = Mutex<(seconds: Double, at: Int64)?>(nil)

    /// nil: there is no follower.
    var seconds: Double? {
        newest.withLock { newest in
            guard let newest else { return nil }
            let age = monotonicMilliseconds() - newest.at
            guard age < Self.freshMilliseconds else { return nil }
            return newest.seconds
        }
    }

    /// nil: the follower ends.
    func note(_ seconds: Double?) {
        newest.withLock { $0 = seconds.map { ($0, monotonicMilliseconds()) } }
    }
}
