// The configuration of one webhook, and the file of webhooks (docs/configuration.md).

import Text
package import Tickets
import Wire

package struct Webhook: Sendable, Hashable {
    package let url: String
    /// The key of the signatures.
    package let secret: [UInt8]
    package let filter: WebhookFilter
    /// Certificates to trust beside, or instead of, the system's; nil: the system's.
    package let caFile: String?
}

/// `GUICHET_WEBHOOKS`: a list of webhooks. Every error names the webhook and the reason.
package enum WebhookFile {
    /// Each webhook has a thread and a connection to the store.
    static let countMax = 50

    package static func parse(_ text: [UInt8]) throws(NotifyError) -> [Webhook] {
        try NotifyError.naming(linesOf: text) { json throws(NotifyError) in try webhooks(json) }
    }

    private static func webhooks(_ json: Tree) throws(NotifyError) -> [Webhook] {
        guard let items = json.arrayValue else {
            throw NotifyError(#"it must be a list: [{"url":…,"secret":…,"events":…}]"#)
        }
        guard items.count <= countMax else {
            throw NotifyError("it has \(items.count) webhooks; \(countMax) is the most")
        }
        var webhooks: [Webhook] = []
        for (index, item) in items.enumerated() {
            let webhook = try self.webhook(item, number: index + 1)
            guard !webhooks.contains(where: { $0.filter.name == webhook.filter.name }) else {
                throw NotifyError(
                    "webhook \(index + 1) has the URL of an earlier one; list its events there",
                    at: [.item(index), .member("url")])
            }
            webhooks.append(webhook)
        }
        return webhooks
    }

    private static func webhook(_ json: Tree, number: Int) throws(NotifyError) -> Webhook {
        func wrong(_ what: String, _ field: ExactText...) -> NotifyError {
            NotifyError(
                "webhook \(number): \(what)",
                at: [.item(number - 1)] + field.map { .member($0) })
        }
        guard let members = json.objectValue else { throw wrong("it must be an object") }
        let known: [ExactText] = ["url", "secret", "events", "internal", "caFile"]
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw wrong(
                "there is no field “\(stranger.name)”; known are \(list(known.map(\.string)))",
                stranger.name)
        }
        guard let url = json["url"]?.stringValue, let name = name(of: url) else {
            throw wrong("url must be http://HOST/… or https://HOST/…", "url")
        }
        guard let secret = json["secret"]?.stringValue, !secret.isEmpty else {
            throw wrong(
                "secret is missing; make one: whsec_ and 24 to 64 bytes in base64", "secret")
        }
        guard let key = WebhookSignature.key(of: secret) else {
            throw wrong("what follows whsec_ in secret is not base64", "secret")
        }
        let range = WebhookSignature.keyBytes
        guard !secret.hasPrefix(WebhookSignature.keyPrefix) || range.contains(key.count) else {
            throw wrong(
                "what follows whsec_ in secret has \(key.count) bytes; it must have "
                    + "\(range.lowerBound) to \(range.upperBound)", "secret")
        }
        if let value = json["internal"], value.boolValue == nil {
            throw wrong("internal must be true or false", "internal")
        }
        if let file = json["caFile"], file.stringValue == nil {
            throw wrong("caFile must be the path of a PEM file", "caFile")
        }
        let kinds: Set<EventKind>?
        do throws(NotifyError) {
            kinds = try self.kinds(json["events"])
        } catch {
            throw wrong(error.description, "events")
        }
        let filter = WebhookFilter(
            name: ExactText(name), kinds: kinds,
            takesInternal: json["internal"]?.boolValue ?? false,
            address: address(of: url))
        return Webhook(
            url: url, secret: key, filter: filter, caFile: json["caFile"]?.stringValue)
    }

    private static func kinds(_ json: Tree?) throws(NotifyError) -> Set<EventKind>? {
        guard let json, json.textValue != "*" else { return nil }
        let known = ["created", "message", "change", "sla", "redaction"]
        guard let items = json.arrayValue, !items.isEmpty else {
            throw NotifyError("events must be \"*\" or a list of \(list(known))")
        }
        var kinds: Set<EventKind> = []
        for item in items {
            if item.textValue == "*" { return nil }
            guard let kind = item.textValue.flatMap(EventKind.init(code:)) else {
                throw NotifyError(
                    "events has “\(item.stringValue ?? "?")”; known are \(list(known))")
            }
            kinds.insert(kind)
        }
        return kinds
    }

    /// Host and a digest of the URL: independent of the order in the file, and without a token that
    /// the path may contain.
    static func name(of text: String) -> String? {
        guard let url = CurlURL(text), ["https", "http"].contains(url.scheme) else { return nil }
        var digest: [UInt8] = []
        for byte in SHA256.hash(Array(text.utf8)).prefix(4) {
            for half in [byte >> 4, byte & 15] {
                digest.append(half < 10 ? 0x30 + half : 0x57 + half)
            }
        }
        return "\(url.authority)/\(String(decoding: digest, as: UTF8.self))"
    }

    /// The URL without user, path, query and fragment, which may contain passwords and tokens:
    /// Slack, Teams and Discord have their secret in the path.
    static func address(of text: String) -> String {
        CurlURL(text).map { "\($0.scheme)://\($0.authority)" } ?? ""
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
