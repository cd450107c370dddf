// Reads the settings of webhooks, e-mail and the outbox from the environment and its files. Any
// error stops the start with one message that names the file.

import Foundation
import Hub
import Notify
import Text
import Tickets
import Wire

enum NotifyOptions {
    /// The notifier's settings; completes `settings` with the entries that the hub must make for
    /// it.
    static func read(
        _ environment: Environment, into settings: inout HubSettings
    ) throws -> NotifySettings {
        var notify = NotifySettings()
        notify.webhooks = try webhooks(environment)
        notify.mail = try mail(environment)
        try readOutbox(environment, into: &settings.outbox)
        notify.complete(&settings.outbox)
        return notify
    }

    static func webhooks(_ environment: Environment) throws -> [Webhook] {
        guard let file = environment["WEBHOOKS"] else { return [] }
        let bytes = try SecretFile.read(file, of: "GUICHET_WEBHOOKS", .secret)
        let webhooks = try explained("GUICHET_WEBHOOKS: \(file)") { try WebhookFile.parse(bytes) }
        try checkSecrets(of: webhooks, file, bytes)
        return webhooks
    }

    static func mail(_ environment: Environment) throws -> MailSettings? {
        let templates = try templates(environment)
        guard let file = environment["SMTP"] else { return nil }
        let mail = try explained("GUICHET_SMTP: \(file)") {
            try MailSettings.parse(
                try SecretFile.read(file, of: "GUICHET_SMTP", .trusted), templates: templates)
        }
        try checkPassword(of: mail, file)
        return mail
    }

    static func templates(_ environment: Environment) throws -> MailTemplates {
        try explained("GUICHET_TEMPLATES") {
            try MailTemplates(folder: environment["TEMPLATES"])
        }
    }

    private static func readOutbox(
        _ environment: Environment, into outbox: inout OutboxSettings
    ) throws {
        try environment.read("NOTIFY_BURST_SECONDS", in: 0...86_400, into: &outbox.burstSeconds)
        try environment.read("MAILS_PER_HOUR", in: 0...1_000_000, into: &outbox.mailsPerHour)
        try environment.read("OUTBOX_LEASE_SECONDS", in: 8...3600, into: &outbox.leaseSeconds)
        let waits = environment.list("OUTBOX_RETRY_SECONDS").filter { !$0.isEmpty }
        guard !waits.isEmpty else { return }
        let seconds = waits.compactMap { Int(digits: $0) }.filter { (0...604_800).contains($0) }
        guard seconds.count == waits.count, seconds.count <= 50 else {
            throw UsageError(
                "GUICHET_OUTBOX_RETRY_SECONDS must be at most 50 waits in seconds, such as "
                    + "5,30,120")
        }
        outbox.retries = RetrySchedule(waits: seconds)
    }

    /// A guessed key would allow forged signatures.
    private static func checkSecrets(
        of webhooks: [Webhook], _ file: String, _ bytes: [UInt8]
    ) throws {
        for (index, webhook) in webhooks.enumerated() {
            guard let weakness = SecretStrength.weakness(of: webhook.secret, bytesMin: 8) else {
                continue
            }
            let line = JSONLine.number(of: [.item(index), .member("secret")], in: bytes)
            throw UsageError(
                "GUICHET_WEBHOOKS: \(file), line \(line): webhook \(index + 1): secret is too weak: "
                    + "\(weakness); make one: whsec_ and 24 to 64 bytes in base64")
        }
    }

    /// The password must be sent to its own server only.
    private static func checkPassword(of mail: MailSettings, _ file: String) throws {
        guard let passwordFile = mail.passwordFile else { return }
        guard mail.security == .required else {
            throw UsageError(
                "GUICHET_SMTP: \(file): tls is “\(mail.security.rawValue)”, so the password would go "
                    + "to whoever answers; say \"tls\": \"required\", or take user and passwordFile out"
            )
        }
        try SecretFile.check(passwordFile, of: "GUICHET_SMTP: \(file): passwordFile", .secret)
    }

    private static func explained<Value>(
        _ setting: String, _ read: () throws -> Value
    ) throws -> Value {
        do {
            return try read()
        } catch let error as NotifyError {
            let line = error.line.map { ", line \($0)" } ?? ""
            throw UsageError("\(setting)\(line): \(error.description)")
        }
    }
}
