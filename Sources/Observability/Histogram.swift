// Histogram in Prometheus' form.

/// Counts whole numbers up to each bound. Several threads may observe.
package final class Histogram: Sendable {
    private let bounds: [Int]
    /// One more than bounds: the last counts values above all bounds.
    private let counts: [Counter]
    private let sum = Counter()

    /// `bounds`: ascending and inclusive.
    package init(bounds: [Int]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in Counter() }
    }

    package func observe(_ value: Int) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count].add(1)
        sum.add(value)
    }

    /// The text format; `unit`: how many of our units make one shown unit.
    package func lines(name: String, unit: Int = 1) -> String {
        func shown(_ value: Int) -> String {
            unit == 1 ? "\(value)" : "\(Double(value) / Double(unit))"
        }
        var text = "# TYPE guichet_\(name) histogram\n"
        var total = 0
        for (bound, count) in zip(bounds, counts) {
            total += count.current
            text += "guichet_\(name)_bucket{le=\"\(shown(bound))\"} \(total)\n"
        }
        total += counts.last?.current ?? 0
        text += "guichet_\(name)_bucket{le=\"+Inf\"} \(total)\n"
        return text + "guichet_\(name)_sum \(shown(sum.current))\nguichet_\(name)_count \(total)\n"
    }
}
