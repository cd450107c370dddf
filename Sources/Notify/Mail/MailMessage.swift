// Encodes one e-mail: headers, and the text as plain text and HTML (RFC 5322, RFC 2046).
//
// libcurl's `curl_mime` does not serve here. It draws a new random boundary for each transfer, which
// no option sets, but every try of an e-mail must send the same bytes. It also has no way to read
// the message but to send it to a server.

import Tickets
import Wire

struct MailMessage {
    let from: MailAddress
    let to: MailAddress
    let subject: String
    let text: String
    let html: String
    /// Without the angle brackets.
    let messageID: String
    /// The first message of the thread: mail programs group a ticket's e-mails by it.
    let rootID: String
    let date: Timestamp
    let language: MailLanguage

    var bytes: [UInt8] {
        // From the id, so that every try sends the same bytes.
        let boundary = "=_\(Base64.encodeURL(Array(SHA256.hash(Array(messageID.utf8)).prefix(18))))"
        var head = ""
        func header(_ name: String, _ value: String) { head += "\(name): \(value)\r\n" }
        header("Date", Self.date(date))
        header("From", from.header)
        header("To", to.header)
        header("Subject", HeaderText.unstructured(subject))
        header("Message-ID", "<\(messageID)>")
        header("In-Reply-To", "<\(rootID)>")
        header("References", "<\(rootID)>")
        // RFC 3834: other programs should not answer.
        header("Auto-Submitted", "auto-generated")
        header("X-Auto-Response-Suppress", "All")
        header("Content-Language", language.rawValue)
        header("MIME-Version", "1.0")
        header("Content-Type", "multipart/alternative; boundary=\"\(boundary)\"")
        var bytes = Array(head.utf8) + [0x0D, 0x0A]
        for (type, content) in [("plain", text), ("html", html)] {
            let part = """
                --\(boundary)\r
                Content-Type: text/\(type); charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r

                """
            bytes += Array(part.utf8) + QuotedPrintable.encode(content)
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    /// The date format of RFC 5322: that of HTTP, with a numeric zone.
    private static func date(_ time: Timestamp) -> String {
        let text = HTTPDate.format(unixSeconds: Int(clamping: time.milliseconds / 1000))
        return "\(text.dropLast(3))+0000"
    }
}

/// Message ids: the same for every try of one e-mail, and one root for all e-mails of a ticket.
enum MailThread {
    static func rootID(of ticket: TicketID, domain: String) -> String { "\(ticket)@\(domain)" }

    static func messageID(
        of event: TicketEvent, to person: String, domain: String
    ) -> String {
        let digest = Base64.encodeURL(Array(SHA256.hash(Array(person.utf8)).prefix(9)))
        return "\(event.ticket).\(event.seq).\(digest)@\(domain)"
    }
}
