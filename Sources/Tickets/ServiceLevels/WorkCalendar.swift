// Working-time arithmetic: the working time between two moments, and the moment at which a given
// amount has passed. A calendar is laid out once into spans of UTC; every lookup is a binary
// search.

package struct WorkCalendar: Hashable, Sendable {
    /// One continuous span of working time, in milliseconds of UTC, with the sum of all spans
    /// before it.
    struct Span: Hashable, Sendable {
        let start: Int64
        var end: Int64
        let workedBefore: Int64

        var worked: Int64 { workedBefore + (end - start) }
    }

    /// Ascending and separate, within `laidOut`.
    private let spans: [Span]
    /// Outside this range every moment counts, so that both lookups always have an answer.
    private let laidOut: Range<Int64>

    /// Every moment is working time.
    package static let aroundTheClock = WorkCalendar(spans: [], laidOut: 0..<0)

    init(spans: [Span], laidOut: Range<Int64>) {
        self.spans = spans
        self.laidOut = laidOut
    }

    /// Milliseconds of working time from `start` until `end`; 0 when `end` is not later.
    package func worked(from start: Timestamp, until end: Timestamp) -> Int64 {
        guard start < end else { return 0 }
        return position(of: end) - position(of: start)
    }

    /// The first moment at which `milliseconds` of working time have passed since `start`.
    package func moment(after milliseconds: Int64, from start: Timestamp) -> Timestamp {
        guard milliseconds > 0 else { return start }
        // Beyond the countable range, time stands still but does not run back.
        return max(start, moment(at: position(of: start) + min(milliseconds, Self.farAway)))
    }

    // MARK: Positions: working time since the layout begins

    private var total: Int64 { spans.last?.worked ?? 0 }

    /// Three hundred thousand years: no sum of a few of these leaves Int64.
    private static let farAway: Int64 = 1 << 53

    private func position(of moment: Timestamp) -> Int64 {
        let time = min(max(moment.milliseconds, -Self.farAway), Self.farAway)
        if time <= laidOut.lowerBound { return time - laidOut.lowerBound }
        if time >= laidOut.upperBound { return total + (time - laidOut.upperBound) }
        let next = firstSpan { $0.start > time }
        guard next > 0 else { return 0 }
        let span = spans[next - 1]
        return span.workedBefore + (min(time, span.end) - span.start)
    }

    private func moment(at position: Int64) -> Timestamp {
        if position <= 0 { return Timestamp(milliseconds: laidOut.lowerBound + position) }
        let index = firstSpan { $0.worked >= position }
        guard index < spans.count else {
            return Timestamp(milliseconds: laidOut.upperBound + (position - total))
        }
        let span = spans[index]
        return Timestamp(milliseconds: span.start + (position - span.workedBefore))
    }

    /// The index of the first span that satisfies `isThere`; all later ones satisfy it too.
    private func firstSpan(_ isThere: (Span) -> Bool) -> Int {
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if isThere(spans[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
