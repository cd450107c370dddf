// A session's queue commands. A session subscribes to one view at a time.

import Protocol
import Text
import Tickets
import Wire

struct QueueCommands {
    private let session: WebSocketSession

    init(of session: WebSocketSession) { self.session = session }

    private var worker: Worker { session.worker }

    func join(_ filter: TicketFilter, limit: Int?, _ re: Tree?) {
        guard session.caller.person.role.isStaff else {
            return session.refuse(
                TicketRejection(.forbidden, "The queue is for staff.", field: "type"), re: re)
        }
        if let earlier = session.queue { worker.queues.leave(earlier) }
        let subscription = QueueSubscription(session, filter: filter, worker.context.directory)
        session.queue = subscription
        worker.queues.enter(subscription)
        session.pageBegan()
        worker.requests.askQueue(filter, caller: session.caller, limit: limit) { [self] answer in
            defer { session.pageEnded() }
            joined(subscription, answer, re)
        }
    }

    private func joined(
        _ subscription: QueueSubscription, _ answer: Result<TicketPage, TicketRejection>,
        _ re: Tree?
    ) {
        guard session.queue === subscription else { return session.refuse(.overtaken, re: re) }
        switch answer {
        case .success(let page):
            session.send(
                JSONWriter.queue(
                    page, for: session.caller, re: re ?? .null, rev: subscription.rev))
            subscription.goLive(page.tickets)
        case .failure(let rejection):
            worker.queues.leave(subscription)
            session.queue = nil
            session.refuse(rejection, re: re)
        }
    }

    func leave(_ re: Tree?) {
        session.endQueue()
        session.answer("queue.left", re) { _ in }
    }
}

extension WebSocketSession {
    func endQueue() {
        if let queue { worker.queues.leave(queue) }
        queue = nil
    }
}
