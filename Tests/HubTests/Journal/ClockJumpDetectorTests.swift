// Distinguishes a wall clock that was set from time that passed.

import Testing

@testable import Hub

@Suite struct ClockJumpDetectorTests {
    @Test func `time that passes is not a jump`() {
        var watch = ClockJumpDetector()
        #expect(watch.look(wall: 1_000_000, monotonic: 5000) == nil)
        #expect(watch.look(wall: 1_003_000, monotonic: 8000) == nil)
        #expect(watch.look(wall: 90_003_000, monotonic: 89_008_000) == nil)
        #expect(watch.look(wall: 90_003_400, monotonic: 89_008_000) == nil, "slewed")
    }

    @Test(arguments: [3_600_000, -3_600_000, 259_200_000, -501] as [Int64])
    func `a clock that is set is logged once, with its sign`(_ jump: Int64) {
        var watch = ClockJumpDetector()
        #expect(watch.look(wall: 1_000_000, monotonic: 5000) == nil)
        #expect(watch.look(wall: 1_001_000 + jump, monotonic: 6000) == jump)
        #expect(watch.look(wall: 1_002_000 + jump, monotonic: 7000) == nil)
    }

    @Test func `numbers beyond all reason are survived`() {
        var watch = ClockJumpDetector()
        _ = watch.look(wall: .min, monotonic: .min)
        _ = watch.look(wall: .max, monotonic: .max)
        _ = watch.look(wall: .min, monotonic: .max)
    }
}
