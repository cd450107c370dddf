// Decides whether a loop sends at once or gathers frames first.
//
// A send costs about as much for one frame as for ten, so a busy loop that holds frames for a
// moment, until more frames for the same connections have come, does less work for each. A loop
// that is not busy would only delay frames: it sends at the end of every turn.

/// Measures windows of some milliseconds: the share of time that the loop worked, and the frames
/// per send. Times are monotonic nanoseconds.
package struct FlushPacer {
    /// How long a frame may be held; 0: never.
    package var delayNanoseconds: Int64 = 0
    private(set) var isHolding = false

    private var windowBegan: Int64 = 0
    private var turnBegan: Int64 = 0
    private var turnEnded: Int64 = 0
    private var worked: Int64 = 0
    private var offers = 0
    private var flushes = 0
    /// Frames per send when nothing was held.
    private var unheldGain = 1.0
    /// After holding was useless: when to try again, and how long to wait after the next failure.
    private var retryAt: Int64 = 0
    private var retryDelay = Self.retryDelayMin

    private static let windowNanoseconds: Int64 = 10_000_000
    private static let retryDelayMin: Int64 = 100_000_000
    private static let retryDelayMax: Int64 = 3_200_000_000
    /// A loop that works at least this share of its time is busy.
    private static let busyShare = 0.5
    /// Below this share of work, counted as if nothing were held, the loop is not busy.
    private static let calmShare = 0.3
    /// Holding must save at least every fifth send.
    private static let usefulGain = 1.25

    mutating func noteOffer() { offers &+= 1 }
    mutating func noteFlush() { flushes &+= 1 }

    /// The loop has woken up. After a long sleep it counts as not busy, whatever it was before.
    mutating func beginTurn(at now: Int64) {
        turnBegan = now
        guard delayNanoseconds > 0 else { return }
        if now - turnEnded > max(2 * delayNanoseconds, Self.windowNanoseconds / 2) {
            isHolding = false
            beginWindow(at: now)
        }
    }

    mutating func endTurn(at now: Int64) {
        guard delayNanoseconds > 0 else { return }
        turnEnded = now
        worked += now - turnBegan
        let elapsed = now - windowBegan
        guard elapsed >= Self.windowNanoseconds else { return }
        judge(share: Double(worked) / Double(elapsed), at: now)
        beginWindow(at: now)
    }

    private mutating func judge(share: Double, at now: Int64) {
        let gain = Double(offers) / Double(max(1, flushes))
        guard isHolding else {
            unheldGain = max(1, gain)
            if share > Self.busyShare, offers > 0, now >= retryAt { isHolding = true }
            return
        }
        // No send yet: nothing to judge by.
        guard flushes > 0 else { return }
        let advantage = gain / unheldGain
        if advantage < Self.usefulGain {
            isHolding = false
            retryAt = now + retryDelay
            retryDelay = min(retryDelay * 2, Self.retryDelayMax)
        } else {
            retryDelay = Self.retryDelayMin
            if share * advantage < Self.calmShare { isHolding = false }
        }
    }

    private mutating func beginWindow(at now: Int64) {
        windowBegan = now
        worked = 0
        offers = 0
        flushes = 0
    }
}
