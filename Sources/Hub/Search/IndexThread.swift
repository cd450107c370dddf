// Adds older tickets of a store to the search index while the hub serves: in small steps with
// pauses, so that people's writes go first.

import Observability
import Reactor
import Synchronization
import Tickets

/// Progress of the search index, for `/metrics`.
final class IndexMetrics: Sendable {
    private let left = Atomic<Int>(0)

    /// Tickets that are not indexed yet, except for words written since the start.
    var ticketsLeft: Int { left.load(ordering: .relaxed) }

    func note(ticketsLeft count: Int) { left.store(max(0, count), ordering: .relaxed) }
}

struct IndexThread {
    enum Message: Sendable { case stop }

    private let inbox: Mailbox<Message>
    private let metrics: IndexMetrics
    private let log: Log

    private static let pauseAfterFailureMs = 2000
    private static let reportsEveryMs: Int64 = 10_000

    static func start(
        _ inbox: Mailbox<Message>, _ opener: any TicketStoreOpener, _ context: HubContext
    ) throws(SystemError) -> LoopThread {
        let thread = IndexThread(inbox: inbox, metrics: context.metrics.index, log: context.log)
        return try LoopThread.start(name: "index") { thread.run(opener) }
    }

    private func run(_ opener: any TicketStoreOpener) {
        var indexer: (any SearchIndexer)?
        var reportedAt: Int64?
        while inbox.drain().isEmpty {
            do throws(StoreError) {
                let open: any SearchIndexer
                if let indexer { open = indexer } else { open = try opener.openIndexer() }
                indexer = open
                let start = monotonicMilliseconds()
                guard let progress = try open.step() else {
                    if reportedAt != nil { log.info("search_index_done", []) }
                    return metrics.note(ticketsLeft: 0)
                }
                report(progress, &reportedAt)
                // Pauses as long as the step took, for other users of the store.
                let took = Int(monotonicMilliseconds() - start)
                inbox.wait(timeoutMilliseconds: min(max(1, took), 1000))
            } catch {
                log.warn("search_index_failed", [("reason", error.description)])
                indexer = nil
                inbox.wait(timeoutMilliseconds: Self.pauseAfterFailureMs)
            }
        }
    }

    /// Without older tickets to index, logs nothing.
    private func report(_ progress: StoreProgress, _ reportedAt: inout Int64?) {
        guard case .search(let done, let tickets) = progress, tickets > 0 else { return }
        metrics.note(ticketsLeft: tickets - done)
        let now = monotonicMilliseconds()
        guard reportedAt.map({ now - $0 >= Self.reportsEveryMs }) ?? true else { return }
        reportedAt = now
        log.info("search_index", [("done", "\(done)"), ("tickets", "\(tickets)")])
    }
}
