// Buckets with the counting rule of Prometheus.

import Observability
import Testing

@Suite struct HistogramTests {
    @Test func `a value on a bound is counted in it, and in all above`() {
        let histogram = Histogram(bounds: [1, 10, 100])
        for value in [0, 1, 2, 10, 11, 100, 101, 5000] { histogram.observe(value) }
        let expected = """
            # TYPE guichet_things histogram
            guichet_things_bucket{le="1"} 2
            guichet_things_bucket{le="10"} 4
            guichet_things_bucket{le="100"} 6
            guichet_things_bucket{le="+Inf"} 8
            guichet_things_sum 5225
            guichet_things_count 8

            """
        #expect(histogram.lines(name: "things") == expected)
    }

    @Test func `microseconds are shown as seconds`() {
        let histogram = Histogram(bounds: [250, 2_500_000])
        histogram.observe(500_000)
        let lines = histogram.lines(name: "wait_seconds", unit: 1_000_000)
        #expect(lines.contains("{le=\"0.00025\"} 0\n"))
        #expect(lines.contains("{le=\"2.5\"} 1\n"))
        #expect(lines.contains("_sum 0.5\n"))
    }

    @Test func `an empty histogram counts nothing`() {
        let lines = Histogram(bounds: [1]).lines(name: "things")
        #expect(lines.contains("_count 0\n"))
    }
}
