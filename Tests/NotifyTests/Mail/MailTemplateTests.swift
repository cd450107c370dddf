// Templates: their output, and their errors with the place.

import Testing
import Tickets

@testable import Notify

@Suite struct MailTemplateTests {
    private func rendered(_ text: String) throws -> String {
        try MailTemplate(text).render([.ref: "T-1", .message: "a <b> & \"c\"", .clock: ""])
    }

    @Test func `variables and sections`() throws {
        #expect(try rendered("{{ref}}: {{message}}{{clock}}{{link}}.") == "T-1: a <b> & \"c\".")
        #expect(try rendered("{{#clock}}no{{/clock}}{{#ref}}yes {{ref}}{{/ref}}") == "yes T-1")
        #expect(
            try rendered("{{#ref}}a{{#message}}b{{/message}}{{#clock}}c{{/clock}}d{{/ref}}")
                == "abd")
        #expect(try rendered("} { }} {x}") == "} { }} {x}")
    }

    @Test func `values are not templates`() throws {
        let template = try MailTemplate("{{title}}")
        #expect(template.render([.title: "{{ref}}", .ref: "x"]) == "{{ref}}")
    }

    @Test func `HTML's values cannot leave their place`() throws {
        let template = try MailTemplate("<p title=\"{{title}}\">{{title}}</p>")
        let html = template.render([.title: "<i>'\"&\nx"], MailTemplate.escapeHTML)
        let safe = "&lt;i&gt;&#39;&quot;&amp;<br>\nx"
        #expect(html == "<p title=\"\(safe)\">\(safe)</p>")
    }

    @Test(arguments: [
        ("{{nonsense}}", 1), ("\n\n{{ ref }}", 3), ("a\r\nb\r\n{{ref", 3),
        ("\n{{#ref}}\n\n", 2), ("{{/ref}}", 1), ("{{#ref}}{{/title}}{{/ref}}", 1),
        ("{{#ref}}\n{{#title}}\n{{/ref}}{{/title}}", 3), ("{{}}", 1), ("{{#}}", 1),
    ])
    func `refuses with the line`(_ text: String, _ line: Int) {
        do throws(TemplateError) {
            _ = try MailTemplate(text)
            Issue.record("was taken")
        } catch {
            #expect(error.line == line, "\(error)")
        }
    }

    @Test(arguments: MailKind.allCases, MailLanguage.allCases)
    func `what is built in is whole`(_ kind: MailKind, _ language: MailLanguage) throws {
        let templates = try MailTemplates()
        let values = SampleMail.values(kind, language)
        let mail = try #require(templates.render(kind, language, values))
        #expect(mail.subject.hasPrefix("[T-1042] "))
        for shown in [mail.text, mail.html] {
            #expect(shown.contains(language == .fr ? "Bonjour" : "Hello"))
            #expect(shown.contains("T-1042") && !shown.contains("{{"))
        }
        #expect(mail.text.contains("ticket=T-1042"))
        #expect(mail.html.contains("&lt; 1") || kind != .reply)
    }

    @Test(arguments: [
        (nil, MailLanguage.fr), ("en", .en), ("EN-gb", .en), ("en_US.UTF-8", .en), ("fr-CA", .fr),
        ("de", .fr), ("", .fr), ("english", .fr),
    ])
    func `the language is that of the locale, else French`(
        _ locale: String?, _ language: MailLanguage
    ) {
        #expect(MailLanguage(locale: locale) == language)
    }

    @Test func `times are written as the reader does`() {
        let time = Timestamp(milliseconds: 1_763_838_485_000)
        #expect(MailWords.time(time, .en) == "2025-11-22 19:08 UTC")
        #expect(MailWords.time(time, .fr) == "22/11/2025 19:08 UTC")
    }
}
