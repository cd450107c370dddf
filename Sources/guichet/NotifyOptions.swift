// Webhooks, e-mail and the outbox out of the environment and its files. Whatever is wrong in them stops
// the start with one message that names the file.

import Foundation
import Hub
import Notify
import Tickets

enum NotifyOptions {
    /// What leaves the hub; completes `settings` with what the hub must write for it.
    static func read(
        _ environment: Environment, into settings: inout HubSettings
    ) throws -> NotifySettings {
        var notify = NotifySettings()
        if let file = environment["WEBHOOKS"] {
            notify.webhooks = try explained("GUICHET_WEBHOOKS: \(file)") {
                try WebhookFile.parse(try contents(of: file))
            }
        }
        let templates = try templates(environment)
        if let file = environment["SMTP"] {
            notify.mail = try explained("GUICHET_SMTP: \(file)") {
                try MailSettings.parse(try contents(of: file), templates: templates)
            }
        }
        try readOutbox(environment, into: &settings.outbox)
        notify.complete(&settings.outbox)
        return notify
    }

    static func templates(_ environment: Environment) throws -> MailTemplates {
        try explained("GUICHET_TEMPLATES") {
            try MailTemplates(folder: environment["TEMPLATES"])
        }
    }

    private static func readOutbox(
        _ environment: Environment, into outbox: inout OutboxSettings
    ) throws {
        if let value = try environment.int("NOTIFY_BURST_SECONDS", in: 0...86_400) {
            outbox.burstSeconds = value
        }
        if let value = try environment.int("MAILS_PER_HOUR", in: 0...1_000_000) {
            outbox.mailsPerHour = value
        }
        if let value = try environment.int("OUTBOX_LEASE_SECONDS", in: 8...3600) {
            outbox.leaseSeconds = value
        }
        let waits = environment.list("OUTBOX_RETRY_SECONDS").filter { !$0.isEmpty }
        guard !waits.isEmpty else { return }
        let seconds = waits.compactMap { Int($0) }.filter { (0...604_800).contains($0) }
        guard seconds.count == waits.count, seconds.count <= 50 else {
            throw UsageError(
                "GUICHET_OUTBOX_RETRY_SECONDS must be at most 50 waits in seconds, such as "
                    + "5,30,120")
        }
        outbox.retries = RetrySchedule(waits: seconds)
    }

    private static func contents(of file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw NotifyError("the file cannot be read")
        }
        return Array(data)
    }

    private static func explained<Value>(
        _ setting: String, _ read: () throws -> Value
    ) throws -> Value {
        do {
            return try read()
        } catch let error as NotifyError {
            throw UsageError("\(setting): \(error.description)")
        }
    }
}
