// SIGHUP: reloads the settings that can change while the hub runs, each part separately. A part
// that cannot be read keeps its old value and logs an error.

import Hub
import Notify
import Observability
import Tickets
import Wire

struct Reloading {
    private let arguments: Arguments
    private let hub: Hub
    private let log: Log
    private var environment: Environment
    private var plan: ServePlan
    /// The newest first; the others finish their deliveries in progress.
    private(set) var notifiers: [Notifier]

    /// Settings that a reload applies; the others need a restart.
    static let reloadable: Set<String> = [
        "ALLOWED_ORIGINS", "JWT_SECRET", "JWT_SECRET_OLD", "JWT_PUBLIC_KEY", "SLA", "WEBHOOKS",
        "SMTP",
        "TEMPLATES", "METRICS_TOKEN", "TRUSTED_PROXIES",
    ]

    init(
        _ plan: ServePlan, _ arguments: Arguments, _ environment: Environment, hub: Hub,
        notifier: Notifier, log: Log
    ) {
        self.plan = plan
        self.arguments = arguments
        self.environment = environment
        self.hub = hub
        self.log = log
        notifiers = [notifier]
    }

    mutating func run() {
        readVariables()
        readAccess()
        readOutgoing()
        hub.reload(
            plan.settings, Authenticator(verifier: plan.verifier, settings: plan.settings))
        restartNotifier()
        reloadCertificate()
        // A name of its own, since each log name is limited to ten lines a second.
        log.info("reload_ended", [])
    }

    /// Who may connect: origins, keys, the token for metrics, proxies.
    private mutating func readAccess() {
        let environment = environment
        read("origins") { plan throws in
            plan.settings.allowedOrigins = try AllowedOrigins.read(environment)
            return "\(plan.settings.allowedOrigins.count) origins"
        }
        let keepsDemoSecret =
            plan.isDemo && environment["JWT_SECRET"] == nil
            && environment["JWT_PUBLIC_KEY"] == nil
        if !keepsDemoSecret {
            read("keys") { plan throws in
                plan.verifier = try TokenKeys.verifier(environment)
                return "\(plan.verifier.keyCount) keys"
            }
        }
        read("metrics_token") { plan throws in
            plan.settings.metricsToken = try HubSettings.metricsToken(environment)
            return plan.settings.metricsToken == nil ? "none" : "set"
        }
        read("trusted_proxies") { plan throws in
            plan.settings.trustedProxies = try HubSettings.trustedProxies(environment)
            return "\(plan.settings.trustedProxies.count) ranges"
        }
    }

    /// What the hub sends and when: promises, webhooks, mail.
    private mutating func readOutgoing() {
        let environment = environment
        read("sla") { plan throws in
            plan.settings.policy =
                try environment["SLA"].map { try SettingsFile.policy("SLA", $0) } ?? SLAPolicy()
            return "\(plan.settings.policy.allRules.count) policies"
        }
        read("webhooks") { plan throws in
            plan.outgoing.webhooks = try NotifyOptions.webhooks(environment)
            return "\(plan.outgoing.webhooks.count) webhooks"
        }
        read("mail") { plan throws in
            plan.outgoing.mail = try NotifyOptions.mail(environment)
            return plan.outgoing.mail == nil ? "none" : "a server"
        }
        plan.outgoing.complete(&plan.settings.outbox)
    }

    /// Without a settings file the variables cannot change.
    private mutating func readVariables() {
        do {
            let newest = try Environment.current()
            try newest.check()
            for setting in SettingTable.all where !Self.reloadable.contains(setting.name) {
                guard newest[setting.name] != environment[setting.name] else { continue }
                log.warn("setting_needs_restart", [("setting", setting.variable)])
            }
            environment = newest
        } catch {
            log.error("reload_failed", [("part", "settings"), ("reason", "\(error)")])
        }
    }

    private mutating func read(
        _ part: String, _ change: (inout ServePlan) throws -> String
    ) {
        var changed = plan
        do {
            let found = try change(&changed)
            plan = changed
            log.info("reloaded", [("part", part), ("found", found)])
        } catch {
            log.error("reload_failed", [("part", part), ("reason", "\(error)")])
        }
    }

    /// Old notifiers finish their deliveries; leases prevent double delivery.
    private mutating func restartNotifier() {
        do {
            let next = try plan.startNotifier(for: hub, log)
            notifiers.first?.beginStop()
            notifiers.insert(next, at: 0)
        } catch {
            log.error("reload_failed", [("part", "outbox"), ("reason", "\(error)")])
        }
    }

    /// A broken new certificate must not stop the hub: the old one stays in use.
    private func reloadCertificate() {
        guard let certificate = plan.certificate else { return }
        do {
            hub.secure(with: try certificate.load())
            log.info("certificate_reloaded", [("file", certificate.certificatePath)])
        } catch {
            log.error("certificate_reload_failed", [("reason", "\(error)")])
        }
    }
}
