// Detects, by the monotonic clock, that the wall clock was set back.

struct SetBackClock {
    /// Wall time minus monotonic time.
    private var offset: Int64?
    private var nextLook: Int64 = 0

    /// A correction by less is no step.
    private static let toleranceMs: Int64 = 1000
    private static let lookMilliseconds: Int64 = 1000

    /// The milliseconds that the clock was set back since the last `note`, perhaps 0; nil: nothing
    /// to do now.
    func look(wall: Int64, monotonic: Int64) -> Int64? {
        let step = (offset ?? .min / 2) - (wall - monotonic)
        if step > Self.toleranceMs { return step }
        return monotonic >= nextLook ? 0 : nil
    }

    /// What follows from the look is done.
    mutating func note(wall: Int64, monotonic: Int64) {
        offset = wall - monotonic
        nextLook = monotonic + Self.lookMilliseconds
    }
}
