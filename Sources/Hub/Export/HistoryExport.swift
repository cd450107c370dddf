// `GET /api/tickets/ID/history`: the log without plain public messages, as the caller may see it.

import Protocol
import Tickets
import Wire

struct HistoryExport: PagedBody {
    private let ticket: TicketID
    private let caller: Caller
    private let format: ExportFormat
    private var after = 0
    /// The end of the log at the start of the export; nil before the first page.
    private var end: Int?
    private var needsComma = false
    /// The audience of the caller, set by the first page.
    private var audience = Audience.client

    init(of ticket: TicketID, for caller: Caller, format: ExportFormat) {
        self.ticket = ticket
        self.caller = caller
        self.format = format
    }

    mutating func nextPage(from reader: any TicketReader) throws(StoreError) -> BodyPage {
        var bytes: [UInt8] = []
        while true {
            guard let page = try reader.page(of: ticket, .after(after), limit: 500, for: caller)
            else { return .notFound }
            if end == nil {
                audience = page.audience
                begin(&bytes)
            }
            // The columns cannot change after the first page.
            if page.audience != audience { return .notFound }
            let end = end ?? page.snapshot.seq
            self.end = end
            write(page, upTo: end, &bytes)
            if !page.more || after >= end {
                finish(page.snapshot, &bytes)
                return .last(bytes)
            }
            if bytes.count >= PagedBodyLimits.pageBytes { return .more(bytes) }
        }
    }

    private func begin(_ bytes: inout [UInt8]) {
        switch format {
        case .json: bytes.append(contentsOf: "{\"history\":[".utf8)
        case .csv:
            var csv = CSVWriter()
            csv.row(HistoryRow.names(for: audience))
            bytes += csv.finish()
        case .jsonl: break
        }
    }

    private mutating func write(_ page: ViewedPage, upTo end: Int, _ bytes: inout [UInt8]) {
        for event in page.events {
            after = event.seq
            guard event.seq <= end, event.belongsToHistory(for: audience) else { continue }
            if format == .csv {
                var csv = CSVWriter()
                HistoryRow.write(event, for: audience, to: &csv)
                bytes += csv.finish()
                continue
            }
            var json = JSONWriter(reserving: 512)
            json.event(event, for: audience)
            if format == .json, needsComma { bytes.append(UInt8(ascii: ",")) }
            needsComma = true
            bytes += json.finish()
            if format == .jsonl { bytes.append(UInt8(ascii: "\n")) }
        }
    }

    private func finish(_ snapshot: Ticket, _ bytes: inout [UInt8]) {
        guard format == .json else { return }
        let seq = snapshot.activity(for: audience).seq
        bytes.append(contentsOf: "],\"seq\":\(seq)}".utf8)
    }
}
