// A ticket's snapshot as a table row, for staff.

import Text
import Tickets
import Wire

enum TicketRow {
    static let names = [
        "ref", "id", "title", "status", "priority", "category", "project", "clientId", "client",
        "assignedToId", "assignedTo", "watchers", "tags", "messageCount", "reopenCount",
        "createdAt",
        "updatedAt", "closedAt", "waitingSince", "slaState", "targetHours", "deadlineAt",
        "breached",
        "resolvedAt", "pausedMs", "firstResponseDeadlineAt", "firstResponseMetAt",
        "firstResponseBreached", "lastMessageAt", "lastMessage", "description",
    ]

    /// Staff who are a ticket's client see no more of it than any client.
    static func write(_ ticket: Ticket, for audience: Audience, to csv: inout CSVWriter) {
        let activity = ticket.activity(for: audience)
        let isStaff = audience == .staff
        csv.cell(ticket.ref)
        csv.cell("\(ticket.id)")
        csv.cell(ticket.title)
        csv.cell(ticket.status.rawValue)
        csv.cell(ticket.priority.rawValue)
        csv.cell(ticket.category.rawValue)
        csv.cell(ticket.project)
        csv.cell(ticket.client.id)
        csv.cell(ticket.client.name)
        csv.cell(ticket.assignedTo?.id)
        csv.cell(ticket.assignedTo?.name)
        csv.cell(isStaff ? ticket.watchers.map(\.id.string).joined(separator: ", ") : "")
        csv.cell(isStaff ? ticket.tags.map(\.string).joined(separator: ", ") : "")
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
        csv.endRow()
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
