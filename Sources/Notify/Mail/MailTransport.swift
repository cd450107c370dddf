// Sends one e-mail for each outbox entry, by SMTP through libcurl.

import CCurl
import Outbox
import Text
import Tickets

final class MailTransport: EventTransport {
    private let settings: MailSettings
    private let store: any OutboxStore
    private let techniciansReachAll: Bool

    let target = OutboxTarget.mail
    let secondsMax: Int

    /// A delivery must end before the lease.
    init(
        _ settings: MailSettings, store: any OutboxStore, leaseSeconds: Int,
        techniciansReachAll: Bool
    ) {
        secondsMax = min(15, leaseSeconds - 2)
        self.settings = settings
        self.store = store
        self.techniciansReachAll = techniciansReachAll
    }

    func deliver(
        _ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry
    ) throws(StoreError) -> Delivery {
        guard let recipient = entry.recipients.first, let kind = recipient.kind.mail else {
            return .refused("the entry has no recipient, or its kind has no e-mail")
        }
        guard event.message?.redacted == nil else {
            return .unnecessary("the message was redacted")
        }
        guard let contact = try store.contact(of: recipient.person.id),
            let email = contact.email
        else { return .unnecessary("no address is known") }
        // The recipient may have lost access to the ticket since the entry was made.
        let caller = contact.caller(techniciansReachAll: techniciansReachAll)
        guard caller.canAccess(snapshot) else { return .unnecessary("the ticket is not theirs") }
        let audience = recipient.audience == .client ? .client : caller.audience(of: snapshot)
        guard NotificationRules.mayTell(recipient, of: event, snapshot, as: audience) else {
            return .unnecessary("they may not see the event")
        }
        guard let address = MailAddress(name: contact.person.name, email) else {
            return .refused("the address in their token cannot be used")
        }
        let message = try message(kind, event, snapshot, recipient, contact, to: address)
        guard let message else {
            return .refused("there is no template for this e-mail")
        }
        do throws(TransferError) {
            let transfer = try self.transfer(of: message)
            do throws(TransferError) {
                try transfer.upload(message.bytes)
                return .delivered
            } catch {
                return Self.verdict(error, replies: transfer.headLines)
            }
        } catch {
            return .failed(error.description)
        }
    }

    /// A reply of 500 or more means that a repetition fails too (RFC 5321 section 4.2.1). After the
    /// envelope has begun it concerns this mail. Before, it concerns the server or the login, which
    /// an operator can fix.
    static func verdict(_ error: TransferError, replies: [String]) -> Delivery {
        let reply = reply(error.status, in: replies)
        let reason = reply.isEmpty ? error.description : "\(error.description): \(reply)"
        let hasGreeted = replies.contains { $0.hasPrefix("250") }
        let isAboutLogin = error.isLogin || [530, 534, 535, 538].contains(error.status)
        guard (500...599).contains(error.status), hasGreeted, !isAboutLogin else {
            return .failed(reason)
        }
        return .refused(reason)
    }

    /// The last reply with this status, in one line: of several lines the first ones say why (RFC
    /// 5321 section 4.2.1). A reply to QUIT may follow it.
    private static func reply(_ status: Int, in replies: [String]) -> String {
        guard let end = replies.lastIndex(where: { $0.hasPrefix("\(status) ") }) else { return "" }
        let before = replies[..<end].reversed().prefix { $0.hasPrefix("\(status)-") }.reversed()
        let texts = (before + [replies[end]]).map { $0.dropFirst(4) }
        return "\(status) \(texts.joined(separator: " "))"
    }

    private func message(
        _ kind: MailKind, _ event: TicketEvent, _ snapshot: Ticket, _ recipient: Recipient,
        _ contact: Contact, to address: MailAddress
    ) throws(StoreError) -> MailMessage? {
        let language = MailLanguage(locale: contact.locale)
        let values = MailWords.values(
            event, snapshot, to: recipient, clientURL: settings.clientURL, language)
        let rendered = settings.templates.render(
            kind, language, values, firstTitle: try firstTitle(event, snapshot))
        guard let rendered else { return nil }
        let domain = settings.from.domain
        return MailMessage(
            from: settings.from, to: address, subject: rendered.subject, text: rendered.text,
            html: rendered.html,
            messageID: MailThread.messageID(
                of: event, to: recipient.person.id.string, domain: domain),
            rootID: MailThread.rootID(of: event.ticket, domain: domain), date: event.at,
            language: language)
    }

    /// The title that the ticket was opened with: some mail programs begin another thread with
    /// another subject.
    private func firstTitle(_ event: TicketEvent, _ snapshot: Ticket) throws(StoreError) -> String {
        let first = event.seq == 1 ? event : try store.event(1, of: event.ticket)?.event
        return first?.created?.title ?? snapshot.title
    }

    private func transfer(of message: MailMessage) throws(TransferError) -> CurlTransfer {
        let transfer = try CurlTransfer(settings.url, protocols: "smtp,smtps")
        try transfer.set(CURLOPT_TIMEOUT_MS, secondsMax * 1000)
        try transfer.set(CURLOPT_MAIL_FROM, "<\(settings.from.address)>")
        try transfer.set(CURLOPT_MAIL_RCPT, ["<\(message.to.address)>"])
        try secure(transfer)
        if let user = settings.user, let password = settings.password {
            try transfer.set(CURLOPT_USERNAME, user)
            try transfer.set(CURLOPT_PASSWORD, password)
        }
        return transfer
    }

    private func secure(_ transfer: CurlTransfer) throws(TransferError) {
        if let caFile = settings.caFile { try transfer.set(CURLOPT_CAINFO, caFile) }
        switch settings.security {
        case .off: break
        case .required: try transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        case .opportunistic:
            // RFC 7435: opportunistic TLS would also send unencrypted, so checking certificates
            // gains nothing.
            try transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
            try transfer.set(CURLOPT_SSL_VERIFYPEER, 0)
            try transfer.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}
