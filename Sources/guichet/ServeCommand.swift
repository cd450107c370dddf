// `guichet serve`: reads options, picks a store, runs the hub until it is told to stop.

import Foundation
import Glibc
import Hub
import Notify
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
            arguments, environment,
            options: ["listen", "store", "web", "workers", "log", "tls-cert", "tls-key"],
            flags: ["demo", "conformance"])
    }

    func run() throws {
        var settings = try HubSettings(arguments, environment)
        let outgoing = try NotifyOptions.read(environment, into: &settings)
        guard let format = Log.Format(rawValue: arguments["log"] ?? "text") else {
            throw UsageError("--log must be text or json")
        }
        let log = try Log(format: format)
        defer { log.finish() }
        let certificate = try CertificateFiles(arguments)
        let tls = try certificate?.load()
        let opener = try StoreChoice.opener(arguments["store"] ?? StoreChoice.fallback)
        if let bytes = try environment.int("SQLITE_CACHE_BYTES", in: (1 << 20)...(1 << 40)) {
            CacheLimit.set(bytes)
        }
        let isDemo = try arguments.has("demo")
        let demoSecret =
            isDemo && environment["JWT_SECRET"] == nil
            ? Base64.encodeURL(SecureRandom.bytes(32)) : environment["JWT_SECRET"]
        let verifier: TokenVerifier
        if isDemo, let demoSecret, !TokenKeys.isAmbiguous(environment) {
            verifier = try .hmac(secret: Array(demoSecret.utf8))
        } else {
            verifier = try TokenKeys.verifier(environment)
        }
        let assets = StaticAssets(
            directory: try webDirectory(), signInURL: settings.signInURL)
        let demo = isDemo ? try Demo() : nil
        let writing = try StoreWriting(
            opener,
            by: StoreClaimant(
                command: "serve", address: "\(settings.host):\(settings.port)", createsStore: true),
            log)
        try demo?.seed(opener, policy: settings.policy)

        // Before any thread: all of them inherit the mask, and this one alone waits for signals.
        let signals = Signals(includingReload: certificate != nil)
        let revocations = try RevocationFile(environment)
        let hub = try Hub(
            settings: settings, opener: opener,
            gatekeeper: Gatekeeper(verifier: verifier, settings: settings), assets: assets,
            log: log,
            tls: tls, revocations: revocations?.list ?? RevocationList())
        try revocations?.watch(for: hub, log)
        let notifier = try Notifier(
            outgoing, hub: hub, hubSettings: settings, opener: opener, log: log)
        let name = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let address = "\(tls == nil ? "http" : "https")://\(name):\(hub.port)"
        log.info(
            "started",
            [
                ("store", opener.label), ("workers", "\(settings.workers)"),
                ("version", Release.version),
            ])
        if let metrics = settings.metrics, let port = hub.metricsPort {
            log.info("metrics_listening", [("address", "\(metrics.host):\(port)")])
        }
        Terminal.say("guichet listening on \(address)")
        if let demo, let demoSecret {
            demo.printLinks(address, secret: Array(demoSecret.utf8))
        }
        var signal = signals.wait()
        while signal == SIGHUP {
            if let certificate { reload(certificate, into: hub, log) }
            signal = signals.wait()
        }
        log.info("draining", [("signal", signal == SIGTERM ? "SIGTERM" : "SIGINT")])
        _ = try LoopThread.start(name: "impatience") {
            // A second signal means now: what is durable stays so, nobody is told goodbye.
            _ = signals.wait()
            exit(1)
        }
        notifier.beginStop()
        hub.drain()
        notifier.join()
        writing.end()
        log.info("stopped")
    }

    /// A broken new certificate must not take the hub down: the old one stays in use.
    private func reload(_ certificate: CertificateFiles, into hub: Hub, _ log: Log) {
        do {
            hub.secure(with: try certificate.load())
            log.info("certificate_reloaded", [("file", certificate.certificatePath)])
        } catch {
            log.error("certificate_reload_failed", [("reason", "\(error)")])
        }
    }

    /// `--web`, or the `web/` of the checkout or the installation that this program is in.
    private func webDirectory() throws -> String {
        if let given = arguments["web"] {
            guard FileManager.default.fileExists(atPath: "\(given)/index.html") else {
                throw UsageError("--web \(given): there is no index.html in it")
            }
            return given
        }
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            for candidate in ["web", "share/guichet/web"] {
                let path = folder.appendingPathComponent(candidate).path
                if FileManager.default.fileExists(atPath: "\(path)/index.html") { return path }
            }
        }
        throw UsageError(
            "the web client was not found near the program; give its folder with --web")
    }
}

/// SIGTERM and SIGINT, and SIGHUP where it means to reload, waited for by one thread.
struct Signals {
    private let set: sigset_t

    /// Without `includingReload` SIGHUP keeps its meaning: the terminal is gone.
    init(includingReload: Bool) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        if includingReload { unsafe sigaddset(&set, SIGHUP) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    func wait() -> Int32 {
        var set = set
        var signal: Int32 = 0
        while unsafe sigwait(&set, &signal) != 0 {}
        return signal
    }
}
