// Counters of the outbox, by target.

package import Observability
import Synchronization
import Text
package import Tickets
import Wire

package final class OutboxMetrics: Sendable {
    package init() {}

    private struct Counts {
        var sent = 0
        var retries = 0
        var dead = 0
    }

    /// E-mails not sent because of the recipient's limit.
    private let withheld = Counter()
    private let counts = Mutex<[ExactText: Counts]>([:])
    private let depths = Mutex<[OutboxDepth]>([])
    /// Milliseconds from the event to its delivery.
    private let latency = Histogram(bounds: [
        50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000, 600_000, 3_600_000,
    ])

    /// `ageMs`: time since the event.
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

    package func noteWithheld(_ count: Int) { withheld.add(count) }

    package func note(_ newest: [OutboxDepth]) { depths.withLock { $0 = newest } }

    package func add(to text: inout MetricsText) {
        let counts = counts.withLock { $0.sorted { $0.key < $1.key } }
        let depths = depths.withLock { $0 }
        text.labelled(
            "outbox_depth", "gauge",
            depths.map { depth in
                ("target=\"\(Self.label(of: depth.target))\",state=\"\(depth.state)\"", depth.count)
            }, "Entries that wait, and dead letters.")
        for (name, path, help) in [
            ("sent", \Counts.sent, "Deliveries."),
            ("retries", \.retries, "Failures that will be tried again."),
            ("dead", \.dead, "Dead letters."),
        ] {
            text.labelled(
                "outbox_\(name)_total", "counter",
                counts.map { ("target=\"\(Self.label(of: $0))\"", $1[keyPath: path]) }, help)
        }
        text.counter(
            "mails_withheld", withheld.current,
            "E-mails that were not sent, since their recipient had as many as they may have.")
        text.histogram(
            "outbox_latency_seconds", latency, unit: 1000, "From an event to its delivery.")
    }

    /// A webhook appears only as a digest of its URL: dashboards must not show hosts.
    static func label(of target: ExactText) -> String {
        guard target.utf8.contains(UInt8(ascii: ":")) else { return target.string }
        let kind = target.utf8.prefix { $0 != UInt8(ascii: ":") }
        let name = target.split(at: "/").last ?? ""
        let isDigest = name.utf8.count == 8 && name.utf8.allSatisfy(isHexDigit)
        return
            "\(String(decoding: kind, as: UTF8.self)):\(isDigest ? name.string : digest(of: target.string))"
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func digest(of text: String) -> String {
        SHA256.hash(Array(text.utf8)).prefix(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
