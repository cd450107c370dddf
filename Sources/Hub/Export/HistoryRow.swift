// An event of the history as a table row: who, when, what, and each field before and after.

import Text
import Tickets
import Wire

enum HistoryRow {
    private static let publicFields = [
        "status", "priority", "category", "title", "project", "assignedTo",
    ]
    private static let staffFields = ["watchers", "tags", "targetHours"]

    private static func fields(for audience: Audience) -> [String] {
        audience == .staff ? publicFields + staffFields : publicFields
    }

    /// Column names; a client's table omits columns that only staff see.
    static func names(for audience: Audience) -> [String] {
        let base = ["seq", "at", "byId", "by", "byRole", "cause", "kind"]
        let ends = fields(for: audience).flatMap { ["\($0).from", "\($0).to"] }
        let rest =
            audience == .staff
            ? ["body", "internal", "sla", "redacts", "reason"] : ["body", "redacts"]
        return base + ends + rest
    }

    static func write(_ event: TicketEvent, for audience: Audience, to csv: inout CSVWriter) {
        csv.cell(event.seq)
        csv.cell(event.at.rfc3339)
        csv.cell(event.by.id)
        csv.cell(event.by.name)
        csv.cell(event.by.role.rawValue)
        csv.cell(event.cause.rawValue)
        csv.cell(event.kind(for: audience).rawValue)
        for name in fields(for: audience) {
            let ends = event.changes.first { $0.field == name }?.texts
            csv.cell(ends?.from)
            csv.cell(ends?.to)
        }
        let message = event.message.flatMap { audience == .staff || !$0.isInternal ? $0 : nil }
        csv.cell(message?.body)
        if audience == .staff {
            csv.cell(message.map { $0.isInternal ? "true" : "false" })
            csv.cell(event.sla.map(\.text).joined(separator: ", "))
        }
        csv.cell(event.redaction.map { "\($0.seq)" })
        if audience == .staff { csv.cell(event.redaction?.reason) }
        csv.endRow()
    }
}

extension FieldChange {
    /// People appear by id.
    fileprivate var texts: (from: String?, to: String?) {
        switch self {
        case .status(let from, let to): (from.rawValue, to.rawValue)
        case .priority(let from, let to): (from.rawValue, to.rawValue)
        case .category(let from, let to): (from.rawValue, to.rawValue)
        case .title(let from, let to): (from, to)
        case .project(let from, let to): (from.string, to.string)
        case .assignedTo(let from, let to): (from?.id.string, to?.id.string)
        case .watchers(let from, let to): (Self.list(from.map(\.id)), Self.list(to.map(\.id)))
        case .tags(let from, let to): (Self.list(from), Self.list(to))
        case .targetHours(let from, let to): (from.map { "\($0)" }, to.map { "\($0)" })
        }
    }

    private static func list(_ names: [ExactText]) -> String {
        names.map(\.string).joined(separator: ", ")
    }
}

extension SLAFact {
    /// `resolution warning 75`.
    fileprivate var text: String {
        "\(clock.rawValue) \(phase.rawValue)" + (percent.map { " \($0)" } ?? "")
    }
}
