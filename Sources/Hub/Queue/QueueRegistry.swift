// A worker's queue views.

import Tickets
import Wire

final class QueueRegistry {
    private var subscriptions: [QueueSubscription] = []
    private let directory: PeopleDirectory

    init(_ directory: PeopleDirectory = PeopleDirectory()) { self.directory = directory }

    func enter(_ subscription: QueueSubscription) { subscriptions.append(subscription) }

    func leave(_ subscription: QueueSubscription) {
        subscriptions.removeAll { $0 === subscription }
    }

    func broadcast(_ publication: Publication) {
        var encoded: [UInt8]?
        for subscription in subscriptions {
            subscription.offer(publication) {
                if let encoded { return encoded }
                let snapshot = JSONWriter.staffSnapshot(
                    directory.shown(publication.snapshot.ticket))
                encoded = snapshot
                return snapshot
            }
        }
    }
}
