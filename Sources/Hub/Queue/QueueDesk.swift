// A worker's queue views.

import Tickets
import Wire

final class QueueDesk {
    private var subscriptions: [QueueSubscription] = []

    func enter(_ subscription: QueueSubscription) { subscriptions.append(subscription) }

    func leave(_ subscription: QueueSubscription) {
        subscriptions.removeAll { $0 === subscription }
    }

    func broadcast(_ publication: Publication) {
        var encoded: [UInt8]?
        for subscription in subscriptions {
            subscription.offer(publication) {
                if let encoded { return encoded }
                let head = JSONWriter.staffHead(publication.head.ticket)
                encoded = head
                return head
            }
        }
    }
}
