// Compares the clock on the wall with the one that never jumps. Stamps and deadlines follow the
// wall clock wherever it goes, so whoever reads the log should know that it went.

struct ClockJumpDetector {
    /// Clocks are slewed by a few hundred milliseconds an hour; steps and nights of sleep are more.
    static let toleranceMs: Int64 = 500

    private var last: (wall: Int64, monotonic: Int64)?

    /// How far the wall clock has moved beyond the time that passed, since the last look, in
    /// milliseconds; nil: it kept pace.
    mutating func look(wall: Int64, monotonic: Int64) -> Int64? {
        defer { last = (wall, monotonic) }
        guard let last else { return nil }
        let jump = (wall &- last.wall) &- (monotonic &- last.monotonic)
        return abs(jump) > Self.toleranceMs ? jump : nil
    }
}
