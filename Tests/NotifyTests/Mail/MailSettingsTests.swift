// The file of `GUICHET_SMTP`: valid content and refused content.

import Testing
import Text

@testable import Notify

@Suite struct MailSettingsTests {
    /// A valid file with these fields replaced or added; `fields` are JSON texts.
    private func parse(_ fields: [String: String] = [:]) throws -> MailSettings {
        var all = [
            "url": #""smtp://mail.example:587""#, "from": #""Support <s@h.example>""#,
            "clientUrl": #""https://support.example/""#,
        ]
        all.merge(fields) { $1 }
        let members = all.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        return try MailSettings.parse(Array("{\(members)}".utf8), templates: MailTemplates())
    }

    @Test func `reads a file with what must be there`() throws {
        let settings = try parse()
        #expect(settings.url == "smtp://mail.example:587")
        #expect(settings.from.header == "\"Support\" <s@h.example>")
        #expect(settings.clientURL == "https://support.example", "no slash at the end")
        #expect(settings.security == .required)
        #expect(settings.user == nil && settings.password == nil && settings.caFile == nil)
    }

    @Test(arguments: [
        "h:25", "http://h", "smtp://", "smtp://h:65536", "smtp://h/", "smtp://h/x", "smtp://me@h",
        "smtp://me:pass@h", "smtp://h h", "smtp:///h",
    ])
    func `a server's address with anything but host and port is refused`(_ url: String) {
        let error = #expect(throws: NotifyError.self) { try parse(["url": "\"\(url)\""]) }
        #expect(error?.description.hasPrefix("url must be smtp://") == true)
    }

    @Test(
        arguments: [
            ("{\n\"url\":\"smtp://h\",\n\"from\":\"s\"}", 3), ("{\n\"url\":7}", 2),
            ("{\n\"x\":7}", 2),
            ("\n{\n\"url\"}", 3),
            ("{\"url\":\"smtp://h\",\"from\":\"s@h.example\",\n\"tls\":\"yes\"}", 2),
        ])
    func `an error names its line`(_ text: String, _ line: Int) {
        let error = #expect(throws: NotifyError.self) {
            try MailSettings.parse(Array(text.utf8), templates: MailTemplates())
        }
        #expect(error?.line == line)
    }

    @Test(arguments: ["smtp://h", "smtps://[::1]:465", "smtp://192.0.2.1:25"])
    func `a server's address may have a port or none`(_ url: String) throws {
        #expect(try parse(["url": "\"\(url)\""]).url == url)
    }

    @Test(arguments: [
        #""Support\r\nBcc: x@y.example <s@h.example>""#, #""Sup\nport <s@h.example>""#,
        #""Sup\rport <s@h.example>""#, #""Sup\u0000port <s@h.example>""#,
        #""Support <s@h.example>\r\n""#, #""\n\"Support\" <s@h.example>""#,
    ])
    func `a sender with a line break is refused`(_ from: String) throws {
        let error = #expect(throws: NotifyError.self) { try parse(["from": from]) }
        #expect(error?.description.hasPrefix("from ") == true)
        #expect(error?.description.contains("line break") == true)
    }
}
