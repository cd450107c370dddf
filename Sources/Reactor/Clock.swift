// The two clocks: the monotonic one for durations never jumps, the wall clock for stamps may jump.

import Glibc

/// Milliseconds of CLOCK_MONOTONIC; only differences mean anything.
package func monotonicMilliseconds() -> Int64 {
    monotonicNanoseconds() / 1_000_000
}

/// Nanoseconds of CLOCK_MONOTONIC; only differences mean anything.
package func monotonicNanoseconds() -> Int64 {
    let time = read(CLOCK_MONOTONIC)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}

/// Milliseconds since 1970 UTC. May go backwards: for stamps, never for timers or order.
package func wallClockMilliseconds() -> Int64 {
    let time = read(CLOCK_REALTIME)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
}

private func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    // Both clocks exist on every Linux; the call cannot fail with a valid pointer.
    _ = unsafe clock_gettime(clock, &time)
    return time
}
