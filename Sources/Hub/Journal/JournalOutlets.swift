// Where the journal sends what is durable: the workers, the notifications, the outbox and the file
// threads.

import Outbox
import Reactor
import Tickets

struct JournalOutlets {
    let workers: [Mailbox<WorkerMessage>]
    let notifications: Mailbox<NotificationMessage>
    let outbox: OutboxSignal
    let files: FilePool

    init(_ context: HubContext) {
        workers = context.workers
        notifications = context.notifications
        outbox = context.outbox
        files = context.pools.files
    }

    /// Posts to each worker the events for everyone and the replies for its own callers.
    func publish(
        _ publications: [Publication],
        _ outcomes: [(command: PendingCommand, outcome: DecisionBatch.Outcome)]
    ) {
        var replies = [[JournalReply]](repeating: [], count: workers.count)
        for (command, outcome) in outcomes {
            guard let reply = command.reply else { continue }
            replies[reply.worker].append(
                JournalReply(request: reply.request, outcome: outcome.map { .some($0) }))
        }
        for (index, worker) in workers.enumerated() {
            if publications.isEmpty && replies[index].isEmpty { continue }
            worker.post(.journal(publications, replies[index]))
        }
    }

    /// Posts to every worker.
    func tell(_ message: WorkerMessage) {
        for worker in workers { worker.post(message) }
    }

    func reply(_ address: ReplyAddress, _ outcome: Result<Decided?, TicketRejection>) {
        workers.reply(address, outcome)
    }

    func answer(_ address: ReplyAddress, _ answer: Result<any Sendable, StoreError>) {
        workers.answer(address, answer)
    }
}
