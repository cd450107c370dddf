// What the outbox counts, by target.

import Synchronization
package import Tickets

package final class OutboxMetrics: Sendable {
    private struct Counts {
        var sent = 0
        var retries = 0
        var dead = 0
    }

    /// E-mails that were not sent, since their recipient has had as many as they may.
    private let withheld = Counter()
    private let counts = Mutex<[String: Counts]>([:])
    private let depths = Mutex<[OutboxDepth]>([])
    /// Milliseconds from the event to its delivery.
    private let latency = Histogram(bounds: [
        50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000, 600_000, 3_600_000,
    ])

    /// `ageMs`: since the event.
    package func note(_ outcome: OutboxOutcome, of target: OutboxTarget, ageMs: Int64) {
        counts.withLock { counts in
            switch outcome {
            case .sent: counts[target.name, default: Counts()].sent += 1
            case .retry: counts[target.name, default: Counts()].retries += 1
            case .dead: counts[target.name, default: Counts()].dead += 1
            case .released: break
            }
        }
        if outcome == .sent { latency.observe(Int(clamping: ageMs)) }
    }

    func noteWithheld(_ count: Int) { withheld.add(count) }

    func note(_ newest: [OutboxDepth]) { depths.withLock { $0 = newest } }

    /// In Prometheus' text format.
    var lines: String {
        let counts = counts.withLock { $0.sorted { $0.key < $1.key } }
        let depths = depths.withLock { $0 }
        var page = "# TYPE guichet_outbox_depth gauge\n"
        for depth in depths {
            page += "guichet_outbox_depth{target=\"\(depth.target)\",state=\"\(depth.state)\"} "
            page += "\(depth.count)\n"
        }
        for (name, path) in [
            ("sent", \Counts.sent), ("retries", \.retries), ("dead", \.dead),
        ] {
            page += "# TYPE guichet_outbox_\(name)_total counter\n"
            for (target, count) in counts {
                page +=
                    "guichet_outbox_\(name)_total{target=\"\(target)\"} \(count[keyPath: path])\n"
            }
        }
        page += "# TYPE guichet_mails_withheld_total counter\n"
        page += "guichet_mails_withheld_total \(withheld.current)\n"
        return page + latency.lines(name: "outbox_latency_seconds", unit: 1000)
    }
}
