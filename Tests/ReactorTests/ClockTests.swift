import Testing

@testable import Reactor

@Test func `the monotonic clock never runs backwards`() {
    var last = monotonicNanoseconds()
    for _ in 0..<10_000 {
        let next = monotonicNanoseconds()
        #expect(next >= last)
        last = next
    }
}

@Test func `the clocks agree on their units`() {
    let nanoseconds = monotonicNanoseconds()
    let milliseconds = monotonicMilliseconds()
    #expect((0...5_000).contains(milliseconds - nanoseconds / 1_000_000))
    #expect(wallClockMilliseconds() > 1_700_000_000_000)
}

@Test func `a system error reads as call, text and number`() {
    #expect(
        SystemError(call: "bind", code: 98).description == "bind: Address already in use (98)")
    #expect(SystemError(call: "getaddrinfo", code: -2).description.hasSuffix("known (-2)"))
}
