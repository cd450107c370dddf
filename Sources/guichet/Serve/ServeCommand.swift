// `guichet serve`: reads the options, opens the store, runs the hub until a signal stops it.

import Glibc
import Hub
import Notify
import Observability
import Reactor
import SQLiteStore
import Tickets
import Wire

struct ServeCommand {
    private let arguments: Arguments
    private let environment: Environment

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, environment, options: ServePlan.options, flags: ServePlan.flags)
    }

    func run() throws {
        let signals = Signals()
        let plan = try ServePlan(arguments, environment)
        let log = try Log(format: plan.logFormat)
        defer { log.finish() }
        if let bytes = plan.cacheBytes { CacheLimit.set(bytes) }
        let assets = StaticAssets(
            directory: plan.webDirectory, signInURL: plan.settings.signInURL,
            basePath: plan.settings.basePath, frameAncestors: plan.frameAncestors)
        let demo = plan.isDemo ? try Demo() : nil
        let writing = try StoreWriting(
            plan.opener,
            by: StoreClaimant(
                command: "serve", address: "\(plan.settings.host):\(plan.settings.port)",
                createsStore: true),
            log)
        try demo?.seed(plan.opener, policy: plan.settings.policy)

        let hub = try Hub(
            settings: plan.settings, opener: plan.opener,
            authenticator: Authenticator(verifier: plan.verifier, settings: plan.settings),
            assets: assets, log: log, tls: plan.tls,
            revocations: plan.revocations?.list ?? RevocationList())
        try plan.revocations?.watch(for: hub, log)
        let notifier = try plan.startNotifier(for: hub, log)
        announce(plan, hub, log)
        let manager = ServiceManager()
        manager?.ready()
        try manager?.watch(hub)
        if let demo, let secret = plan.demoSecret {
            demo.printLinks(address(plan, hub), secret: Array(secret.utf8))
        }
        var reloading = Reloading(
            plan, arguments, environment, hub: hub, notifier: notifier, log: log)
        let signal = waitForEnd(signals, &reloading, manager, log)
        manager?.stopping()
        try drain(hub, reloading.notifiers, after: signal, signals, log)
        writing.end()
        log.info("stopped")
    }

    /// Finishes accepted work; a second signal ends the process at once.
    private func drain(
        _ hub: Hub, _ notifiers: [Notifier], after signal: Int32, _ signals: Signals, _ log: Log
    ) throws {
        log.info("draining", [("signal", signal == SIGTERM ? "SIGTERM" : "SIGINT")])
        _ = try LoopThread.start(name: "second-signal") {
            // A second signal ends at once: durable data stays, connections get no close frame.
            _ = signals.waitForEnd()
            exit(1)
        }
        for notifier in notifiers { notifier.beginStop() }
        hub.drain()
        for notifier in notifiers { notifier.join() }
    }

    private func waitForEnd(
        _ signals: Signals, _ reloading: inout Reloading, _ manager: ServiceManager?, _ log: Log
    ) -> Int32 {
        while true {
            let signal = signals.wait()
            switch signal {
            case SIGTERM, SIGINT: return signal
            case SIGHUP:
                manager?.reloading()
                reloading.run()
                manager?.ready()
            default:
                log.info(
                    "signal_ignored", [("signal", signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2")])
            }
        }
    }

    private func address(_ plan: ServePlan, _ hub: Hub) -> String {
        let host = plan.settings.host
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(plan.tls == nil ? "http" : "https")://\(name):\(hub.port)"
    }

    private func announce(_ plan: ServePlan, _ hub: Hub, _ log: Log) {
        log.info(
            "started",
            [
                ("store", plan.opener.label), ("workers", "\(plan.settings.workers)"),
                ("version", Release.version),
            ])
        if let metrics = plan.settings.metrics, let port = hub.metricsPort {
            log.info("metrics_listening", [("address", "\(metrics.host):\(port)")])
        }
        Terminal.say("guichet listening on \(address(plan, hub))")
    }
}
