// /api/tickets/ID/history and /api/export: downloads of any length.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct ExportCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    func history(_ name: ExactText) {
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let format = try format(&fields, of: [.json, .csv, .jsonl]) ?? .json
            let bom = try beginsWithBOM(&fields, format)
            try fields.finish()
            withTicket(name) { id in
                begin(
                    HistoryExport(of: id, for: caller, format: format), format, bom: bom,
                    fileName: format == .json ? nil : "history-\(name).\(format.rawValue)")
            }
        }
    }

    func export() {
        guard caller.person.role.isStaff else {
            return exchange.refuse(TicketRejection(.forbidden, "Exports are for staff."))
        }
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let format = try format(&fields, of: [.csv, .jsonl]) ?? .csv
            let bom = try beginsWithBOM(&fields, format)
            // The only order in which tickets do not move during the export.
            var query = TicketQuery(caller: caller, sort: .createdAt, limit: 1)
            query.filter = try fields.filter(for: caller)
            query.filter.looksIntoMessages = true
            try fields.finish()
            let day = Timestamp(milliseconds: wallClockMilliseconds()).rfc3339.prefix(10)
            begin(
                TicketExport(query, format: format, worker.context.directory), format, bom: bom,
                fileName: "tickets-\(day).\(format.rawValue)")
        }
    }

    private func format(
        _ fields: inout FieldReader, of known: [ExportFormat]
    ) throws(TicketRejection) -> ExportFormat? {
        guard fields.has("format") else { return nil }
        let name = try fields.single("format") ?? ""
        guard let format = ExportFormat(code: name), known.contains(format) else {
            throw FieldReader.wrong(
                "format", "one of " + known.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }

    /// `bom=1`: Excel reads a CSV file as UTF-8 only when it begins with U+FEFF.
    private func beginsWithBOM(
        _ fields: inout FieldReader, _ format: ExportFormat
    ) throws(TicketRejection) -> Bool {
        guard try fields.number("bom", in: 0...1) == 1 else { return false }
        guard format == .csv else { throw FieldReader.wrong("bom", "0 where format is not csv") }
        return true
    }

    private func begin(
        _ body: any PagedBody, _ format: ExportFormat, bom: Bool, fileName: String?
    ) {
        let body: any PagedBody = bom ? MarkedBody(body) : body
        var headers = [("Content-Type", format.contentType)]
        if let fileName {
            headers.append(("Content-Disposition", "attachment; filename=\"\(fileName)\""))
        }
        Download(body, headers: headers, for: exchange, of: identity, on: worker).begin(exchange)
    }
}
