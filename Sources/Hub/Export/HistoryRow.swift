// An event of the history as a table row: who, when, what, and each field before and after.

import Text
import Tickets
import Wire

enum HistoryRow {
    private static func fields(for audience: Audience) -> [TicketField] {
        TicketField.allCases.filter { $0.isVisible(to: audience) }
    }

    /// Column names; a client's table omits columns that only staff see.
    static func names(for audience: Audience) -> [String] {
        let base = ["seq", "at", "byId", "by", "byRole", "cause", "kind"]
        let ends = fields(for: audience).flatMap { ["\($0.rawValue).from", "\($0.rawValue).to"] }
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
        for field in fields(for: audience) {
            let change = event.changes.first { $0.field == field }
            csv.cell(change?.from.cell)
            csv.cell(change?.to.cell)
        }
        let message = event.message(for: audience)
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

extension SLAFact {
    /// `resolution warning 75`.
    fileprivate var text: String {
        "\(clock.rawValue) \(phase.rawValue)" + (percent.map { " \($0)" } ?? "")
    }
}
