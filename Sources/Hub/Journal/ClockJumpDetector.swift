// Detects jumps of the wall clock by the monotonic clock. Timestamps and deadlines follow the wall
// clock, so the log records its jumps.

struct ClockJumpDetector {
    /// Normal adjustment is a few hundred milliseconds an hour; clock steps and suspends are more.
    static let toleranceMs: Int64 = 500

    private var last: (wall: Int64, monotonic: Int64)?

    /// How far the wall clock has moved beyond the time that passed since the last look, in
    /// milliseconds; nil: no jump.
    mutating func look(wall: Int64, monotonic: Int64) -> Int64? {
        defer { last = (wall, monotonic) }
        guard let last else { return nil }
        let jump = (wall &- last.wall) &- (monotonic &- last.monotonic)
        return abs(jump) > Self.toleranceMs ? jump : nil
    }
}
