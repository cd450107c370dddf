// Settings of the hub and of the outbox from variables: what they become, and what is refused.

import Hub
import Testing
import Tickets

@testable import guichet

struct SettingsReadingTests {
    private func read(_ variables: [String: String]) throws -> HubSettings {
        let named = Dictionary(uniqueKeysWithValues: variables.map { ("GUICHET_\($0)", $1) })
        let environment = Environment(named)
        let arguments = try Arguments(
            [String](), environment, options: ServePlan.options, flags: ServePlan.flags)
        var settings = try HubSettings(arguments, environment)
        _ = try NotifyOptions.read(environment, into: &settings)
        return settings
    }

    private func refusal(_ variables: [String: String]) -> String {
        let error = #expect(throws: UsageError.self) { try read(variables) }
        return error?.message ?? ""
    }

    @Test func `without variables the defaults hold`() throws {
        let (settings, defaults) = (try read([:]), HubSettings())
        #expect(settings.port == defaults.port && settings.frameBytes == defaults.frameBytes)
        #expect(settings.outbox.leaseSeconds == 30 && settings.outbox.retries == RetrySchedule())
        #expect(settings.techniciansReachAll == false)
    }

    @Test func `numbers and addresses are read`() throws {
        let settings = try read([
            "LISTEN": "[::1]:8443", "METRICS": "127.0.0.1:9100", "MAX_BODY_BYTES": "1024",
            "HEARTBEAT_SECONDS": "0", "TECHNICIAN_SCOPE": "all", "BASE_PATH": "/support",
            "CREATIONS_PER_HOUR": "5, 50",
        ])
        #expect(settings.host == "::1" && settings.port == 8443)
        #expect(settings.metrics?.port == 9100)
        #expect(settings.content.bodyBytes == 1024 && settings.heartbeatSeconds == 0)
        #expect(settings.techniciansReachAll && settings.basePath == "/support")
        #expect(settings.budgets.clientCreationsPerHour == 5)
        #expect(settings.budgets.staffCreationsPerHour == 50)
    }

    @Test func `settings of the outbox are read`() throws {
        let outbox = try read([
            "OUTBOX_LEASE_SECONDS": "8", "OUTBOX_RETRY_SECONDS": "0, 5,600",
            "NOTIFY_BURST_SECONDS": "0", "MAILS_PER_HOUR": "0",
        ]).outbox
        #expect(outbox.leaseSeconds == 8 && outbox.retries.waits == [0, 5, 600])
        #expect(outbox.burstSeconds == 0 && outbox.mailsPerHour == 0)
        #expect(!outbox.sendsMail && outbox.plan.webhooks.isEmpty)
    }

    @Test(arguments: [
        ("LISTEN", "8080"), ("LISTEN", "::1:8080"), ("LISTEN", "h:65536"), ("LISTEN", "h:"),
        ("METRICS", "a b:1"), ("MAX_BODY_BYTES", "0"), ("MAX_BODY_BYTES", "-1"),
        ("MAX_FRAME_BYTES", "1k"), ("TECHNICIAN_SCOPE", "ALL"), ("TIME_ZONE", "Europe/Pariss"),
        ("BASE_PATH", "support/../x"), ("SIGN_IN_URL", "javascript:x"),
        ("CREATIONS_PER_HOUR", "1,2,3"), ("CREATIONS_PER_HOUR", ","),
        ("PROXY_PROTOCOL", "v1"), ("PROXY_PROTOCOL", "v2"), ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1"),
        ("METRICS_TOKEN", "short"), ("METRICS_TOKEN", "with a blank in it"),
        ("OUTBOX_LEASE_SECONDS", "7"), ("OUTBOX_RETRY_SECONDS", "5,x"),
        ("OUTBOX_RETRY_SECONDS", "5,-1"), ("OUTBOX_RETRY_SECONDS", "604801"),
        ("MAILS_PER_HOUR", "many"), ("WEBHOOKS", "/nonexistent"), ("SMTP", "/nonexistent"),
        ("TEMPLATES", "/nonexistent"),
    ])
    func `what cannot be meant is refused with the setting's name`(name: String, value: String) {
        let told = refusal([name: value])
        #expect(told.contains("GUICHET_\(name)") || name == "LISTEN" && told.contains("--listen"))
    }

    @Test func `at most fifty waits`() throws {
        let fifty = [String](repeating: "1", count: 50).joined(separator: ",")
        #expect(try read(["OUTBOX_RETRY_SECONDS": fifty]).outbox.retries.attemptsMax == 51)
        #expect(refusal(["OUTBOX_RETRY_SECONDS": fifty + ",1"]).contains("at most 50"))
    }

    @Test func `metrics need an address of their own`() {
        let told = refusal(["LISTEN": "127.0.0.1:8080", "METRICS": "127.0.0.1:8080"])
        #expect(told.contains("GUICHET_METRICS"))
    }
}
