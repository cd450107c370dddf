// The texts of the built-in e-mails. All have the same parts: a sentence, the quoted message, the
// facts of the ticket, a link.

import Tickets

enum BuiltInTemplates {
    static func source(_ kind: MailKind, _ language: MailLanguage, isHTML: Bool) -> String {
        let words = words(kind, language)
        return isHTML ? html(words, language) : text(words, language)
    }

    private struct Words {
        /// The same for all e-mails of a ticket, since some mail programs group by subject. E-mails
        /// about deadlines have a subject of their own.
        var subject = "[{{ref}}] {{title}}"
        let lead: String
        /// The variable that is quoted; empty: no quotation.
        let quote: String
        /// Whether the clock and its deadline are shown.
        var showsDeadline = false
    }

    private static func words(_ kind: MailKind, _ language: MailLanguage) -> Words {
        switch (kind, language) {
        case (.creation, .fr):
            Words(
                lead: "Votre demande a été enregistrée sous le numéro {{ref}}. Nous revenons vers "
                    + "vous dès que possible.", quote: "description")
        case (.creation, .en):
            Words(
                lead: "Your request has been recorded as {{ref}}. We will get back to you as soon "
                    + "as we can.", quote: "description")
        case (.reply, .fr):
            Words(
                lead: "{{author}} a écrit au sujet de {{ref}} :", quote: "message")
        case (.reply, .en):
            Words(
                lead: "{{author}} wrote about {{ref}}:", quote: "message")
        case (.resolution, .fr):
            Words(
                lead: "{{author}} a indiqué que {{ref}} est résolu. Si ce n’est pas le cas, "
                    + "répondez dans le ticket : il sera rouvert.", quote: "message")
        case (.resolution, .en):
            Words(
                lead: "{{author}} marked {{ref}} as resolved. If it is not, reply to the ticket: "
                    + "that reopens it.", quote: "message")
        case (.slaWarning, .fr):
            Words(
                subject: "[{{ref}}] Échéance proche : {{title}}",
                lead: "Une échéance de {{ref}} approche.", quote: "", showsDeadline: true)
        case (.slaWarning, .en):
            Words(
                subject: "[{{ref}}] Deadline close: {{title}}",
                lead: "A deadline of {{ref}} is close.", quote: "", showsDeadline: true)
        case (.slaBreach, .fr):
            Words(
                subject: "[{{ref}}] Échéance dépassée : {{title}}",
                lead: "Une échéance de {{ref}} est dépassée.", quote: "", showsDeadline: true)
        case (.slaBreach, .en):
            Words(
                subject: "[{{ref}}] Deadline missed: {{title}}",
                lead: "A deadline of {{ref}} has passed.", quote: "", showsDeadline: true)
        }
    }

    /// Label and variable of each fact.
    private static func facts(_ words: Words, _ language: MailLanguage) -> [(String, String)] {
        let isFrench = language == .fr
        let clock = [
            (isFrench ? "Engagement" : "Commitment", "clock"),
            (isFrench ? "Échéance" : "Deadline", "deadline"),
        ]
        return (words.showsDeadline ? clock : []) + [
            (isFrench ? "Ticket" : "Ticket", "title"), (isFrench ? "Projet" : "Project", "project"),
            (isFrench ? "Statut" : "Status", "status"),
            (isFrench ? "Priorité" : "Priority", "priority"),
            (isFrench ? "Pris en charge par" : "Handled by", "assignee"),
        ]
    }

    private static func greeting(_ language: MailLanguage) -> String {
        language == .fr ? "Bonjour {{recipient}}," : "Hello {{recipient}},"
    }

    private static func invitation(_ language: MailLanguage) -> String {
        language == .fr ? "Ouvrir le ticket" : "Open the ticket"
    }

    private static func text(_ words: Words, _ language: MailLanguage) -> String {
        let colon = language == .fr ? " : " : ": "
        var text = "Subject: \(words.subject)\n\n\(greeting(language))\n\n\(words.lead)\n\n"
        if !words.quote.isEmpty {
            text += "{{#\(words.quote)}}{{\(words.quote)}}\n\n{{/\(words.quote)}}"
        }
        for (label, name) in facts(words, language) {
            text += "{{#\(name)}}\(label)\(colon){{\(name)}}\n{{/\(name)}}"
        }
        return text + "\n\(invitation(language))\(colon){{link}}\n"
    }

    /// Isolates names, so that their text direction does not change that of the sentence.
    private static func isolated(_ sentence: String) -> String {
        ["author", "recipient"].reduce(sentence) { text, name in
            text.replacing("{{\(name)}}", with: "<bdi>{{\(name)}}</bdi>")
        }
    }

    private static func html(_ words: Words, _ language: MailLanguage) -> String {
        var rows = ""
        for (label, name) in facts(words, language) {
            rows += """
                {{#\(name)}}<tr><th align="left" style="padding:2px 16px 2px 0;font-weight:normal;\
                color:#5a6270">\(label)</th><td dir="auto">{{\(name)}}</td></tr>
                {{/\(name)}}
                """
        }
        let quote =
            words.quote.isEmpty
            ? ""
            : """
            {{#\(words.quote)}}<blockquote dir="auto" style="margin:16px 0;padding:8px 16px;\
            border-left:4px solid #3157d5;background:#f4f6fb">{{\(words.quote)}}</blockquote>
            {{/\(words.quote)}}
            """
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head><meta charset="utf-8"><title>\(words.subject)</title></head>
            <body style="font-family:sans-serif;line-height:1.5;color:#1c2330">
            <p>\(isolated(greeting(language)))</p>
            <p>\(isolated(words.lead))</p>
            \(quote)<table role="presentation" style="border-spacing:0">
            \(rows)</table>
            <p><a href="{{link}}">\(invitation(language))</a></p>
            </body>
            </html>

            """
    }
}
