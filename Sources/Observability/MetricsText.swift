// Writes the Prometheus text format, one metric at a time.

/// Metrics appear in the order in which they are added, each with its help and type.
package struct MetricsText {
    package private(set) var page = ""

    package init() {}

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        page += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    package mutating func gauge(_ name: String, _ value: Int, _ help: String) {
        begin("guichet_\(name)", "gauge", help)
        page += "guichet_\(name) \(value)\n"
    }

    package mutating func gauge(_ name: String, seconds: Double, _ help: String) {
        begin("guichet_\(name)", "gauge", help)
        page += "guichet_\(name) \(seconds)\n"
    }

    package mutating func counter(_ name: String, _ value: Int, _ help: String) {
        begin("guichet_\(name)_total", "counter", help)
        page += "guichet_\(name)_total \(value)\n"
    }

    package mutating func counter(_ name: String, seconds: Double, _ help: String) {
        begin("guichet_\(name)_total", "counter", help)
        page += "guichet_\(name)_total \(seconds)\n"
    }

    /// A metric under a name shared by all programs.
    package mutating func shared(_ name: String, _ type: String, _ value: Double, _ help: String) {
        begin(name, type, help)
        page += "\(name) \(value)\n"
    }

    /// `unit`: how many of the histogram's units make one shown unit.
    package mutating func histogram(
        _ name: String, _ histogram: Histogram, unit: Int = 1, _ help: String
    ) {
        page += "# HELP guichet_\(name) \(help)\n" + histogram.lines(name: name, unit: unit)
    }

    /// `samples`: labels as written between the braces, and values.
    package mutating func labelled(
        _ name: String, _ type: String, _ samples: [(labels: String, value: Int)], _ help: String
    ) {
        begin("guichet_\(name)", type, help)
        for sample in samples {
            page += "guichet_\(name){\(sample.labels)} \(sample.value)\n"
        }
    }

    /// One sample for each value of the one label, summed over all workers.
    package mutating func totals(
        _ name: String, by label: String, _ counts: [[(String, Int)]], _ help: String
    ) {
        let totals = Dictionary(counts.joined().map { $0 }, uniquingKeysWith: +)
        labelled(
            "\(name)_total", "counter",
            totals.sorted { $0.key < $1.key }.map { ("\(label)=\"\($0.key)\"", $0.value) }, help)
    }
}
