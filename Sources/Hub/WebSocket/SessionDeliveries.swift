// Delivers frames of rooms, the queue and notifications to a session, fewer to a slow reader.

import Observability
import Protocol
import Reactor
import Tickets
import Wire

extension WebSocketSession {
    func deliver(_ publication: Publication, to member: Member) {
        guard !hasSentClose, let frame = publication.frame(for: member.audience) else { return }
        guard member.missed == nil else {
            return missed.note(member, at: publication.event.seq)
        }
        let bytes =
            window == nil
            ? frame.bytes
            : worker.compression.shared(frame, of: publication, for: member.audience, window)
        guard worker.hasRoomInQueues || link.queuedBytes == 0 else {
            link.watchDrain()
            return missed.note(member, at: publication.event.seq)
        }
        // A queue at its low water takes any frame: no later signal would report a skipped one.
        let limit = link.queuedBytes <= link.lowWater ? Int.max : outboundBytes + 1
        guard link.offer(bytes, below: limit) else {
            return missed.note(member, at: publication.event.seq)
        }
        worker.metrics.deliveries += 1
        worker.metrics.deliveredBytes += bytes.count
    }

    func deliverEphemeral(_ signal: SignalFrame) {
        guard !hasSentClose else { return }
        let isTaken =
            if !worker.hasRoomInQueues {
                false
            } else if window == nil {
                link.offer(signal.bytes, below: outboundBytes / 2)
            } else {
                link.offer(
                    worker.compression.shared(signal, of: signal, window),
                    below: outboundBytes / 2)
            }
        if !isTaken { worker.metrics.droppedEphemeral += 1 }
    }

    /// A slow reader finds the notification in their list.
    func deliver(_ notification: NotificationFrame) {
        guard let connection, !hasSentClose, !notification.isInternal || caller.audience == .staff
        else { return }
        guard connection.queuedBytes + notification.json.count < settings.outboundBytes / 2 else {
            worker.metrics.droppedEphemeral += 1
            return
        }
        send(notification.json)
    }

    var takesQueueUpdates: Bool {
        guard let connection, !hasSentClose else { return false }
        return connection.queuedBytes <= connection.lowWater
    }

    /// Sent uncompressed: each watcher has its own `rev`, and compressing a short frame for each
    /// would cost more than it saves.
    func deliverQueue(_ json: [UInt8], rev: Int) {
        guard !hasSentClose else { return }
        connection?.send(FrameEncoder.frame(.text, payload: json))
    }

    func lostAccess(to ticket: TicketID) {
        members[ticket] = nil
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "removed")
        json.id("ticket", ticket)
        json.endObject()
        send(json.bytes)
    }
}
