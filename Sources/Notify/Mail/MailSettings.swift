// `GUICHET_SMTP`: the mail server and the sender; docs/configuration.md describes the file.

import Foundation
import Text
import Wire

package struct MailSettings: Sendable {
    package enum Security: String, Sendable {
        /// STARTTLS with a valid certificate, or no e-mail.
        case required
        /// STARTTLS if the server offers it, with any certificate.
        case opportunistic
        case off
    }

    package let url: String
    package let from: MailAddress
    package let user: String?
    package let password: String?
    /// Path of the file with the password.
    package let passwordFile: String?
    package let security: Security
    /// Without a trailing slash.
    package let clientURL: String
    package let caFile: String?
    package let templates: MailTemplates

    /// - Parameter file: the content of the file.
    package static func parse(
        _ file: [UInt8], templates: MailTemplates
    ) throws(NotifyError) -> MailSettings {
        try NotifyError.naming(linesOf: file) { json throws(NotifyError) in
            try settings(json, templates)
        }
    }

    private static func settings(
        _ json: Tree, _ templates: MailTemplates
    ) throws(NotifyError) -> MailSettings {
        try checkMembers(json)
        func text(_ name: ExactText) -> String? { json[name]?.stringValue }
        guard let url = text("url"), isServer(url) else {
            throw wrong("url", "must be smtp://HOST:PORT or smtps://HOST:PORT")
        }
        guard let from = text("from").flatMap({ MailAddress(parsing: $0) }) else {
            throw wrong("from", "must be an address: support@example.com, or Name <address>")
        }
        guard let security = Security(rawValue: text("tls") ?? "required") else {
            throw wrong("tls", "must be required, opportunistic or off")
        }
        guard let clientURL = text("clientUrl"), isPage(clientURL) else {
            throw wrong("clientUrl", "must be the http(s) address of the web client")
        }
        return MailSettings(
            url: url, from: from, user: text("user"),
            password: try password(text("passwordFile"), user: text("user")),
            passwordFile: text("passwordFile"), security: security,
            clientURL: clientURL.hasSuffix("/") ? String(clientURL.dropLast()) : clientURL,
            caFile: text("caFile"), templates: templates)
    }

    private static func wrong(_ field: ExactText, _ fault: String) -> NotifyError {
        NotifyError("\(field) \(fault)", at: [.member(field)])
    }

    private static func checkMembers(_ json: Tree) throws(NotifyError) {
        let known: [ExactText] = [
            "url", "from", "user", "passwordFile", "tls", "clientUrl", "caFile",
        ]
        guard let members = json.objectValue else { throw NotifyError("it must be an object") }
        for member in members {
            guard known.contains(member.name) else {
                throw NotifyError(
                    "there is no field “\(member.name)”; known are "
                        + known.map(\.string).joined(separator: ", "),
                    at: [.member(member.name)])
            }
            guard member.value.isNull || member.value.stringValue != nil else {
                throw wrong(member.name, "must be a string")
            }
            // Some become lines of the protocol, which a line end would break in two.
            guard member.value.stringValue.map(isOneLine) ?? true else {
                throw wrong(
                    member.name, "has a line break or another control character; take it out")
            }
        }
    }

    private static func password(
        _ file: String?, user: String?
    ) throws(NotifyError) -> String? {
        switch (user, file) {
        case (nil, nil): return nil
        case (nil, _?): throw wrong("passwordFile", "needs user; give both or neither")
        case (_?, nil): throw wrong("user", "needs passwordFile; give both or neither")
        case (_?, let file?):
            guard let data = FileManager.default.contents(atPath: file),
                let text = String(validating: data, as: UTF8.self)
            else { throw wrong("passwordFile", "is \(file), which cannot be read") }
            let line = text.prefix { !$0.isNewline }
            guard !line.isEmpty else { throw wrong("passwordFile", "is \(file), which is empty") }
            return String(line)
        }
    }

    private static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control && scalar != "\u{2028}"
                && scalar != "\u{2029}"
        }
    }

    private static func isServer(_ text: String) -> Bool {
        guard let url = CurlURL(text), ["smtp", "smtps"].contains(url.scheme) else { return false }
        // User and password have fields of their own; in the address they would appear in log
        // lines.
        return !url.hasUser && url.path == "/" && !text.hasSuffix("/")
    }

    private static func isPage(_ text: String) -> Bool {
        CurlURL(text).map { ["https", "http"].contains($0.scheme) } ?? false
    }
}
