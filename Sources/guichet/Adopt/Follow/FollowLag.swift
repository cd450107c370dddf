// How far the hub is behind the old collection: on the terminal, and at the hub's /metrics.

import Reactor

final class FollowLag {
    private let target: any FollowTarget
    private var toldAt: Int64 = 0
    /// The newest moment at which no change was left.
    private var caughtUpAt = wallClockMilliseconds()
    private var isCaughtUp = false
    private var isAway = false

    init(_ target: any FollowTarget) { self.target = target }

    /// - Parameter change: the time of the change that is being followed; nil: none is left.
    func note(_ change: Int64?) {
        let now = wallClockMilliseconds()
        if change == nil { caughtUpAt = now }
        let lag = change.map { Double(max(0, now - $0)) / 1000 } ?? 0
        if isAway { Terminal.complain("following again") }
        isAway = false
        if change == nil, !isCaughtUp { Terminal.say("up to date with the old collection") }
        isCaughtUp = change == nil || isCaughtUp
        tell(lag)
    }

    func noteAway(_ reason: String) {
        if !isAway { Terminal.complain("\(reason); trying again until it answers") }
        isAway = true
        tell(Double(wallClockMilliseconds() - caughtUpAt) / 1000)
    }

    func end() {
        Terminal.progress("")
        target.note(lagSeconds: nil)
    }

    private func tell(_ seconds: Double) {
        guard monotonicMilliseconds() - toldAt >= 1000 else { return }
        toldAt = monotonicMilliseconds()
        Terminal.progress("following, \(Int(seconds.rounded())) s behind")
        target.note(lagSeconds: seconds)
    }
}
