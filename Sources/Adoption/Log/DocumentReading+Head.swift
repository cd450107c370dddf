// The ticket's own fields: words, codes, people, clocks, and the rest.

import Text
import Tickets

extension DocumentReading {
    mutating func readHead(
        _ fields: SortedFields<OldTicketField>, into ticket: inout OldTicket
    ) throws(OldDocumentError) {
        ticket.ownDescription = try words(fields[.description], "description") ?? ""
        if fields[.description] == nil { missing("description") }
        ticket.title = try title(fields[.title])
        ticket.status = word(fields[.status], "status", map.values.status) ?? .open
        if fields[.status] == nil { missing("status") }
        ticket.priority = word(fields[.priority], "priority", map.values.priority) ?? .normal
        if fields[.priority] == nil { missing("priority") }
        ticket.category = word(fields[.category], "category", map.values.category) ?? .incident
        if fields[.category] == nil { missing("category") }
        ticket.tags = tags(fields[.tags])
        ticket.attachments = attachments(
            fields[.attachments], of: ticket.id, at: ticket.createdAt, "attachments")
    }

    /// On one line; what is over the limit is kept in the note.
    private mutating func title(_ value: OldValue?) throws(OldDocumentError) -> String {
        guard let given = try words(value, "title") else {
            missing("title")
            return "(no title)"
        }
        let limit = ContentLimits().titleCharacters
        guard given.utf8.count > 32 * limit || given.count > limit else {
            let cleaned = OneLine.cleaned(given)
            return cleaned.isBlank ? "(no title)" : cleaned
        }
        leftover("title", .string(given), at: "title")
        return OneLine.cleaned(
            String(String(given.prefix(limit - 1)).utf8.prefix(32 * limit)) ?? "")
            + "…"
    }

    private mutating func tags(_ value: OldValue?) -> [ExactText] {
        guard let value else { return [] }
        let given: [String] =
            value.items?.compactMap { $0.text ?? $0["name"]?.text }
            ?? value.text.map { $0.split(separator: ",").map(String.init) } ?? []
        var tags: [ExactText] = []
        for text in given {
            let tag = ExactText(String(OneLine.cleaned(text).prefix(50)))
            if !tag.isBlank, !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    mutating func readPeople(
        _ fields: SortedFields<OldTicketField>, into ticket: inout OldTicket
    ) throws(OldDocumentError) {
        ticket.client = try person(fields[.client], "client")
        if ticket.client == nil { missing("client") }
        ticket.assignedTo = try person(fields[.assignedTo], "assignedTo")
        if let value = fields[.watchers] {
            for item in value.items ?? [value] {
                if let watcher = try person(item, "watchers") { ticket.watchers.append(watcher) }
            }
        }
        if let value = fields[.project] {
            let text = value.text ?? value["_id"]?.text ?? value["id"]?.text ?? value["name"]?.text
            let name = OneLine.cleaned(text ?? "")
            ticket.project = name.isBlank ? "default" : ExactText(String(name.prefix(100)))
        } else {
            missing("project")
        }
    }

    mutating func readClocks(
        _ fields: SortedFields<OldTicketField>, into ticket: inout OldTicket
    ) throws(OldDocumentError) {
        ticket.updatedAt = try time(fields[.updatedAt], "updatedAt")
        ticket.resolvedAt = try time(fields[.resolvedAt], "resolvedAt")
        ticket.closedAt = try time(fields[.closedAt], "closedAt")
        guard let value = fields[.sla] else { return }
        let clocks = map.sla.sort(value)
        if let hours = clocks[.targetHours] {
            let number = hours.text.flatMap(Double.init)
            if let number, number > 0, number <= 87_600 {
                ticket.sla.targetHours = number
            } else {
                leftover("sla.targetHours", hours, at: "sla.targetHours")
            }
        }
        ticket.sla.deadlineAt = try deadline(clocks[.deadlineAt], "sla.deadlineAt")
        ticket.sla.breached = flag(clocks[.breached], "sla.breached")
        ticket.sla.resolvedAt = try time(clocks[.resolvedAt], "sla.resolvedAt")
        ticket.sla.pausedAt = try time(clocks[.pausedAt], "sla.pausedAt")
        for field in clocks.rest where !Self.isBookkeeping(field.name) {
            leftover(ExactText("sla.\(field.name)"), field.value, at: "sla.\(field.name)")
        }
    }

    mutating func readRest(_ rest: [OldField], into ticket: inout OldTicket) {
        for field in rest where !Self.isBookkeeping(field.name) {
            if field.name == "id", field.value.text.map({ ExactText($0) }) == name { continue }
            leftover(field.name, field.value, at: field.name.string)
        }
    }

    /// What the old program kept for itself.
    static func isBookkeeping(_ name: ExactText) -> Bool {
        ["__v", "_class", "$setOnInsert"].contains(name)
    }
}
