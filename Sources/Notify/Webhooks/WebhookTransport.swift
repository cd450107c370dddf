// Sends one signed POST for each outbox entry, with the event as other transports have it. No
// redirects, five seconds.

import CCurl
import Glibc
import Outbox
import Protocol
import Reactor
import Tickets
import Wire

final class WebhookTransport: EventTransport {
    private let webhook: Webhook
    /// The receiver has answered that it is gone for good. A restart tries again.
    private var isGone = false

    /// The time limit of a receiver (docs/protocol.md 12.4).
    let secondsMax = 5

    init(_ webhook: Webhook) { self.webhook = webhook }

    var target: OutboxTarget { .webhook(webhook.filter.name) }

    func deliver(
        _ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry
    ) throws(StoreError) -> Delivery {
        // The filter may have become narrower since the entry was made.
        let audience = webhook.filter.audience(for: event)
        guard event.isVisible(to: audience) else {
            return .unnecessary("nothing of the event is public")
        }
        guard !isGone else { return .refused(Self.gone) }
        do throws(TransferError) {
            let answer = try post(Self.body(event, snapshot, for: audience), of: event)
            switch answer.status {
            case 200...299: return .delivered
            case 410:
                isGone = true
                return .refused(Self.gone)
            case let status:
                return .failed(
                    "the receiver answered \(status)", retryAfter: Self.retryAfter(answer.lines))
            }
        } catch {
            return .failed(error.description)
        }
    }

    private static let gone =
        "the receiver answered 410 Gone: nothing more is sent to it until the hub is started again"

    /// The longest wait that a receiver can ask for.
    private static let retryAfterMax = 86_400

    /// Seconds from `Retry-After` (RFC 9110 section 10.2.3); nil: no such header.
    static func retryAfter(_ lines: [String], nowSeconds: Int = nowSeconds) -> Int? {
        for line in lines.reversed() {
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].lowercased() == "retry-after"
            else { continue }
            let words = line[line.index(after: colon)...].split { $0 == " " || $0 == "\t" }
            let value = words.joined(separator: " ")
            let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
            // A number that overflows means the longest wait.
            let seconds =
                isNumber
                ? Int(value) ?? retryAfterMax
                : HTTPDate.parse(value, nowSeconds: nowSeconds).map { $0 - nowSeconds }
            return seconds.map { min(max(0, $0), retryAfterMax) }
        }
        return nil
    }

    private static var nowSeconds: Int { Int(wallClockMilliseconds() / 1000) }

    /// The same for every try, so that a receiver can detect a repetition.
    static func id(of event: TicketEvent) -> String { "evt_\(event.ticket)_\(event.seq)" }

    /// `data` is the Event object, as over every other transport.
    static func body(_ event: TicketEvent, _ snapshot: Ticket, for audience: Audience) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.beginObject()
        json.field("type", event.kind(for: audience).rawValue)
        json.time("timestamp", event.at)
        json.field("ref", snapshot.ref)
        json.key("data")
        json.event(event, for: audience)
        json.endObject()
        return json.finish()
    }

    private func post(
        _ body: [UInt8], of event: TicketEvent
    ) throws(TransferError) -> (status: Int, lines: [String]) {
        let transfer = try CurlTransfer(webhook.url, protocols: "http,https")
        let id = Self.id(of: event)
        let timestamp = wallClockMilliseconds() / 1000
        let signature = WebhookSignature.sign(
            id: id, timestamp: timestamp, body: body, key: webhook.secret)
        try transfer.set(CURLOPT_TIMEOUT_MS, secondsMax * 1000)
        try transfer.set(CURLOPT_FOLLOWLOCATION, 0)
        if let caFile = webhook.caFile { try transfer.set(CURLOPT_CAINFO, caFile) }
        try transfer.set(
            CURLOPT_HTTPHEADER,
            [
                "Content-Type: application/json", "User-Agent: Guichet", "Expect:",
                "webhook-id: \(id)", "webhook-timestamp: \(timestamp)",
                "webhook-signature: \(signature)",
            ])
        try transfer.post(body)
        return (transfer.status, transfer.headLines)
    }
}
