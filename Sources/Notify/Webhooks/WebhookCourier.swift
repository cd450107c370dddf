// One POST an entry: the event as everyone else gets it, signed. No redirects, five seconds.

import CCurl
import Glibc
import Hub
import Reactor
import Tickets
import Wire

final class WebhookCourier: Courier {
    private let webhook: Webhook

    /// Contract section 5.
    let secondsMax = 5

    init(_ webhook: Webhook) { self.webhook = webhook }

    var target: OutboxTarget { .webhook(webhook.filter.name) }

    func deliver(
        _ event: TicketEvent, _ head: Ticket, _ entry: OutboxEntry
    ) throws(StoreError) -> Delivery {
        // The filter may have become narrower since the entry was made.
        let audience = webhook.filter.audience(for: event)
        guard event.isVisible(to: audience) else {
            return .unnecessary("nothing of the event is public")
        }
        do throws(TransferError) {
            let status = try post(Self.body(event, head, for: audience), of: event)
            return (200...299).contains(status)
                ? .delivered : .failed("the receiver answered \(status)")
        } catch {
            return .failed(error.description)
        }
    }

    /// The same for every try, so that a receiver can tell a repetition.
    static func id(of event: TicketEvent) -> String { "evt_\(event.ticket)_\(event.seq)" }

    /// `data` is the Event object, as over every other transport.
    static func body(_ event: TicketEvent, _ head: Ticket, for audience: Audience) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.beginObject()
        json.field("type", event.kind(for: audience).rawValue)
        json.time("timestamp", event.at)
        json.field("ref", head.ref)
        json.key("data")
        json.event(event, for: audience)
        json.endObject()
        return json.finish()
    }

    private func post(_ body: [UInt8], of event: TicketEvent) throws(TransferError) -> Int {
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
        return transfer.status
    }
}
