// The hub: creates the journal, readers and workers, and starts them.

package import Observability
package import Outbox
package import Reactor
package import Tickets
import Wire

/// Why the hub could not start, for the person who started it.
package struct HubStartError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// A running hub, seen from the thread that started it.
package final class Hub: Sendable {
    /// The port that it listens on.
    package let port: UInt16
    /// The port for `/metrics` only; nil: none.
    package let metricsPort: UInt16?
    private let context: HubContext
    private let index: Mailbox<IndexThread.Message>
    private let workerThreads: [LoopThread]
    private let otherThreads: [LoopThread]

    /// Signals new entries in the outbox.
    package var outbox: OutboxSignal { context.outbox }

    /// Opens the store and starts every thread. The hub serves when this returns.
    package init(
        settings: HubSettings, opener: any TicketStoreOpener, authenticator: Authenticator,
        assets: StaticAssets, log: Log, tls: TLSContext? = nil,
        revocations: RevocationList = RevocationList()
    ) throws {
        ignoreSIGPIPE()
        context = try Self.context(settings, authenticator, assets, log, tls, revocations)
        index = try Mailbox()
        try Self.requireFree(
            Endpoint(host: settings.host, port: settings.port), remedy: "choose another --listen")
        if let metrics = settings.metrics {
            try Self.requireFree(metrics, remedy: "choose another GUICHET_METRICS")
        }
        let started = try Mailbox<StartReport>()
        otherThreads = try Self.startStoreThreads(context, opener, index, started)
        (workerThreads, port, metricsPort) = try Self.startWorkers(context, started)
    }

    /// What the threads share. Raises the descriptor limit as far as the system lets it.
    private static func context(
        _ settings: HubSettings, _ authenticator: Authenticator, _ assets: StaticAssets, _ log: Log,
        _ tls: TLSContext?, _ revocations: RevocationList
    ) throws -> HubContext {
        let descriptors = setDescriptorLimit()
        let count = max(1, settings.workers)
        var workers: [Mailbox<WorkerMessage>] = []
        for _ in 0..<count { workers.append(try Mailbox()) }
        let notifications = try Mailbox<NotificationMessage>()
        let outbox = OutboxSignal()
        _ = outbox.listen { notifications.post(.ring) }
        return HubContext(
            settings: settings, authenticator: authenticator, journal: try Mailbox(),
            workers: workers, notifications: notifications, outbox: outbox,
            pools: try HubPools(settings),
            limits: HubLimits(settings, connectionsMax: max(16, descriptors - 128)),
            metrics: HubMetrics(workers: count), ticketCounts: TicketCounts(),
            directory: PeopleDirectory(), assets: assets, log: log, tls: tls,
            revocations: revocations, hubID: Base64.encodeURL(SecureRandom.bytes(6)),
            build: assets.build)
    }

    /// The port that a thread listens on (0 for none), or why it could not start.
    private typealias StartReport = Result<UInt16, HubStartError>

    /// Starts what reads and writes the store, the journal first.
    private static func startStoreThreads(
        _ context: HubContext, _ opener: any TicketStoreOpener,
        _ index: Mailbox<IndexThread.Message>, _ started: Mailbox<StartReport>
    ) throws -> [LoopThread] {
        let workers = context.workers
        var threads = [try startJournal(context, opener, started)]
        _ = try wait(started)
        threads.append(try startNotifications(context, opener, started))
        _ = try wait(started)
        threads += try context.pools.readers.start(opener, answering: workers)
        threads += try context.pools.files.start(
            opener, context.settings.uploads, context.log, workers: workers,
            journal: context.journal, started: started)
        _ = try wait(started)
        threads += try context.pools.searches.readers.start(opener, answering: workers)
        threads.append(try IndexThread.start(index, opener, context))
        return threads
    }

    /// The first worker picks the port; the others share it.
    private static func startWorkers(
        _ context: HubContext, _ started: Mailbox<StartReport>
    ) throws -> (threads: [LoopThread], port: UInt16, metricsPort: UInt16?) {
        var port = context.settings.port
        var threads: [LoopThread] = []
        let metrics = try Mailbox<UInt16>()
        for index in context.workers.indices {
            threads.append(try startWorker(index, port: port, context, started, metrics: metrics))
            port = try wait(started)
        }
        return (threads, port, metrics.drain().first)
    }

    private static func requireFree(_ endpoint: Endpoint, remedy: String) throws {
        guard endpoint.port != 0 else { return }
        do throws(SystemError) {
            try Listener.requireFree(host: endpoint.host, port: endpoint.port)
        } catch {
            throw HubStartError(
                "cannot listen on \(endpoint.host):\(endpoint.port): \(error.description); \(remedy)"
            )
        }
    }

    private static func wait(_ started: Mailbox<StartReport>) throws -> UInt16 {
        while true {
            started.wait(timeoutMilliseconds: nil)
            if let report = started.drain().first { return try report.get() }
        }
    }

    private static func startJournal(
        _ context: HubContext, _ opener: any TicketStoreOpener,
        _ started: Mailbox<StartReport>
    ) throws -> LoopThread {
        try LoopThread.start(name: "journal") {
            do throws(StoreError) {
                let store = try opener.openStore { progress in
                    switch progress {
                    // The index thread logs its own progress.
                    case .search: break
                    case .indexes(let collection):
                        context.log.info("making_indexes", [("collection", collection)])
                    case .statistics: context.log.info("counting_statistics")
                    case .tracesLeft(let reason):
                        context.log.error("traces_left", [("reason", reason)])
                    }
                }
                let journal = try Journal(context: context, store: store)
                started.post(.success(0))
                journal.run()
            } catch {
                started.post(
                    .failure(HubStartError("\(opener.label): \(error.description)")))
            }
        }
    }

    private static func startNotifications(
        _ context: HubContext, _ opener: any TicketStoreOpener,
        _ started: Mailbox<StartReport>
    ) throws -> LoopThread {
        try LoopThread.start(name: "notifications") {
            do throws(StoreError) {
                let thread = NotificationThread(context: context, store: try opener.openOutbox())
                started.post(.success(0))
                thread.run()
            } catch {
                started.post(
                    .failure(HubStartError("\(opener.label): \(error.description)")))
            }
        }
    }

    private static func startWorker(
        _ index: Int, port: UInt16, _ context: HubContext,
        _ started: Mailbox<StartReport>, metrics: Mailbox<UInt16>
    ) throws -> LoopThread {
        try LoopThread.start(name: "worker-\(index)") {
            do throws(SystemError) {
                let host = context.settings.host
                let listener = try Listener.open(host: host, port: port)
                let metricsListener = try index == 0 ? Self.listen(context.settings.metrics) : nil
                if let metricsListener { metrics.post(metricsListener.port) }
                let worker = Worker(
                    index: index, context: context, listener: listener,
                    metricsListener: metricsListener, loop: try EventLoop())
                started.post(.success(listener.port))
                worker.run()
            } catch {
                started.post(
                    .failure(
                        HubStartError(
                            "cannot listen on \(context.settings.host):\(port): \(error.description)"
                        )))
            }
        }
    }

    private static func listen(_ endpoint: Endpoint?) throws(SystemError) -> Listener? {
        guard let endpoint else { return nil }
        return try Listener.open(host: endpoint.host, port: endpoint.port)
    }

    /// Longest time since a worker last reported that it is alive; each reports once a second.
    package var longestSilenceMilliseconds: Int64 { context.metrics.workers.longestSilence }

    /// Applies the settings that can change while the hub runs: origins and keys (in
    /// `authenticator`), promises, webhooks and e-mail, the token for metrics. All other values in
    /// `settings` must be unchanged.
    package func reload(_ settings: HubSettings, _ authenticator: Authenticator) {
        for worker in context.workers { worker.post(.reload(settings, authenticator)) }
        context.journal.post(.reload(settings))
        context.notifications.post(.reload(settings.outbox))
    }

    /// New connections get this certificate; open ones keep theirs.
    package func secure(with renewed: TLSContext) {
        for worker in context.workers { worker.post(.secure(renewed)) }
    }

    /// Closes open connections with a token of the list. Replaces the earlier list.
    package func revoke(_ list: RevocationList) {
        for worker in context.workers { worker.post(.revoke(list)) }
    }

    /// Tells all clients to reconnect, finishes accepted work, ends every thread.
    package func drain() {
        for worker in context.workers { worker.post(.drain) }
        for thread in workerThreads { thread.join() }
        context.journal.post(.stop)
        context.notifications.post(.stop)
        context.pools.stop()
        index.post(.stop)
        for thread in otherThreads { thread.join() }
    }
}
