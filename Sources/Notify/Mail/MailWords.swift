// Values of the template variables: a ticket's codes in the recipient's language.

import Text
package import Tickets

package enum MailWords {
    /// Internal content of `event` is left out for every recipient: e-mail passes through other
    /// servers.
    package static func values(
        _ event: TicketEvent, _ snapshot: Ticket, to recipient: Recipient, clientURL: String,
        _ language: MailLanguage
    ) -> [TemplateVariable: String] {
        let fact =
            event.sla.first { $0.phase == .breached }
            ?? event.sla.first { $0.phase == .warning }
        let deadline = fact?.deadlineAt
        return [
            .ref: snapshot.ref, .title: snapshot.title, .project: snapshot.project.string,
            .status: status(snapshot.status, language),
            .priority: priority(snapshot.priority, language),
            .category: category(snapshot.category, language), .client: snapshot.client.name,
            .assignee: snapshot.assignedTo?.name ?? "", .author: event.by.name,
            .recipient: recipient.person.name,
            .message: event.hasPublicMessage ? event.message?.body ?? "" : "",
            .description: snapshot.description,
            .link: link(snapshot, for: recipient.audience, clientURL: clientURL),
            .clock: fact.map { clock($0.clock, language) } ?? "",
            .deadline: deadline.map { time($0, language) } ?? "",
        ]
    }

    private static func link(
        _ snapshot: Ticket, for audience: Audience, clientURL: String
    ) -> String {
        let page = audience == .staff ? "admin/tickets" : "client-portal"
        return "\(clientURL)/\(page)?ticket=\(snapshot.ref)"
    }

    /// `22/11/2026 19:08 UTC`, `2026-11-22 19:08 UTC`.
    static func time(_ time: Timestamp, _ language: MailLanguage) -> String {
        let text = time.rfc3339
        let date = text.prefix(10)
        let clock = text.dropFirst(11).prefix(5)
        guard language == .fr else { return "\(date) \(clock) UTC" }
        let parts = date.split(separator: "-").reversed().joined(separator: "/")
        return "\(parts) \(clock) UTC"
    }

    private static func status(_ status: Status, _ language: MailLanguage) -> String {
        let (french, english) =
            switch status {
            case .open: ("ouvert", "open")
            case .inProgress: ("en cours", "in progress")
            case .waiting: ("en attente de votre réponse", "waiting for your answer")
            case .resolved: ("résolu", "resolved")
            case .closed: ("clos", "closed")
            }
        return language == .fr ? french : english
    }

    private static func priority(_ priority: Priority, _ language: MailLanguage) -> String {
        let (french, english) =
            switch priority {
            case .low: ("basse", "low")
            case .normal: ("normale", "normal")
            case .high: ("haute", "high")
            case .urgent: ("urgente", "urgent")
            }
        return language == .fr ? french : english
    }

    private static func category(_ category: Tickets.Category, _ language: MailLanguage) -> String {
        let (french, english) =
            switch category {
            case .incident: ("incident", "incident")
            case .request: ("demande", "request")
            case .change: ("changement", "change")
            }
        return language == .fr ? french : english
    }

    private static func clock(_ clock: SLAClock, _ language: MailLanguage) -> String {
        let (french, english) =
            switch clock {
            case .firstResponse: ("première réponse", "first response")
            case .nextResponse: ("réponse suivante", "next response")
            case .resolution: ("résolution", "resolution")
            }
        return language == .fr ? french : english
    }
}
