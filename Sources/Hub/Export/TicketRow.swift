// A ticket's snapshot as a table row, for staff.

import Text
import Tickets
import Wire

enum TicketRow {
    private static let first: [TicketField] = [.title, .status, .priority, .category, .project]

    static let names: [String] =
        ["ref", "id"] + columns(first) + ["clientId", "client"] + columns(TicketField.groups)
        + [
            "messageCount", "reopenCount", "createdAt", "updatedAt", "closedAt", "waitingSince",
            "slaState", "targetHours", "deadlineAt", "breached", "resolvedAt", "pausedMs",
            "firstResponseDeadlineAt", "firstResponseMetAt", "firstResponseBreached",
            "lastMessageAt", "lastMessage", "description",
        ] + columns(TicketField.added)

    /// A person has two.
    private static func columns(_ fields: [TicketField]) -> [String] {
        fields.flatMap { $0.kind.isPerson ? ["\($0.rawValue)Id", $0.rawValue] : [$0.rawValue] }
    }

    /// Staff who are a ticket's client see no more of it than any client.
    static func write(_ ticket: Ticket, for audience: Audience, to csv: inout CSVWriter) {
        let activity = ticket.activity(for: audience)
        csv.cell(ticket.ref)
        csv.cell("\(ticket.id)")
        write(first, of: ticket, for: audience, to: &csv)
        csv.cell(ticket.client.id)
        csv.cell(ticket.client.name)
        write(TicketField.groups, of: ticket, for: audience, to: &csv)
        csv.cell(activity.messageCount)
        csv.cell(ticket.reopenCount)
        csv.cell(ticket.createdAt.rfc3339)
        csv.cell(activity.updatedAt.rfc3339)
        csv.cell(ticket.closedAt?.rfc3339)
        csv.cell(ticket.waitingSince?.rfc3339)
        write(ticket.sla, to: &csv)
        csv.cell(activity.lastMessage?.at.rfc3339)
        csv.cell(activity.lastMessage?.excerpt)
        csv.cell(ticket.description)
        write(TicketField.added, of: ticket, for: audience, to: &csv)
        csv.endRow()
    }

    private static func write(
        _ fields: [TicketField], of ticket: Ticket, for audience: Audience, to csv: inout CSVWriter
    ) {
        for field in fields {
            let value = field.isVisible(to: audience) ? field.value(of: ticket) : .empty
            csv.cell(value.cell)
            if field.kind.isPerson { csv.cell(value.person?.name) }
        }
    }

    private static func write(_ sla: ServiceLevel, to csv: inout CSVWriter) {
        csv.cell(sla.state.rawValue)
        csv.cell(sla.targetHours.map { "\($0)" })
        csv.cell(sla.deadlineAt?.rfc3339)
        csv.cell(sla.breached)
        csv.cell(sla.resolvedAt?.rfc3339)
        csv.cell(Int(clamping: sla.pausedMs))
        csv.cell(sla.firstResponse.deadlineAt?.rfc3339)
        csv.cell(sla.firstResponse.metAt?.rfc3339)
        csv.cell(sla.firstResponse.breached)
    }
}
