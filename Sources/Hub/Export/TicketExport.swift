// `GET /api/export`: every ticket of a filter, one per line. A JSON line is the ticket's detail
// with all messages and history; a CSV line is a row of the snapshot's fields.

import Protocol
import Tickets
import Wire

struct TicketExport: PagedBody {
    private let format: ExportFormat
    private let directory: PeopleDirectory
    private var query: TicketQuery
    /// Found and not yet written; the last one is next.
    private var waiting: [Ticket] = []
    /// The last ticket that was written or begun.
    private var written: Ticket?
    private var hasMore = true
    private var hasBegun = false
    private var line: OpenLine?

    init(
        _ query: TicketQuery, format: ExportFormat,
        _ directory: PeopleDirectory = PeopleDirectory()
    ) {
        self.format = format
        self.directory = directory
        self.query = query
        self.query.limit = 50
    }

    var isSearch: Bool { query.filter.text != nil }

    mutating func nextPage(from reader: any TicketReader) throws(StoreError) -> BodyPage {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(PagedBodyLimits.pageBytes + 16 * 1024)
        if !hasBegun, format == .csv {
            var csv = CSVWriter()
            csv.row(TicketRow.names)
            bytes += csv.finish()
        }
        hasBegun = true
        defer { leaveWaiting() }
        while bytes.count < PagedBodyLimits.pageBytes {
            if line != nil {
                try goOn(&bytes, reader)
            } else if let ticket = waiting.popLast() {
                written = ticket
                try write(ticket, &bytes, reader)
            } else if hasMore {
                let page = try reader.ticketsToExport(query)
                waiting = page.tickets.reversed()
                query.cursor = page.next
                hasMore = page.next != nil
            } else {
                return .last(bytes)
            }
        }
        return .more(bytes)
    }

    /// Drops found tickets that did not fit; the next page finds them again. In between a redaction
    /// may remove words, or an erasure names.
    private mutating func leaveWaiting() {
        guard !waiting.isEmpty, let written else { return }
        waiting = []
        hasMore = true
        query.cursor = TicketCursor(
            after: written, sort: query.sort, audience: query.caller.audience)
    }

    private mutating func write(
        _ ticket: Ticket, _ bytes: inout [UInt8], _ reader: any TicketReader
    ) throws(StoreError) {
        if format == .csv {
            var csv = CSVWriter()
            TicketRow.write(
                directory.shown(ticket), for: query.caller.audience(of: ticket), to: &csv)
            bytes += csv.finish()
            return
        }
        // The caller may have lost access since the ticket was found.
        guard
            let page = try reader.page(
                of: ticket.id, .after(0), limit: OpenLine.eventsMax, for: query.caller)
        else { return }
        var line = OpenLine(directory.shown(page.snapshot), page.viewer, &bytes)
        if !line.add(page.events, more: page.more, &bytes) { self.line = line }
    }

    private mutating func goOn(
        _ bytes: inout [UInt8], _ reader: any TicketReader
    ) throws(StoreError) {
        guard var line else { return }
        let slice = EventQuery(
            .after(line.after), limit: OpenLine.eventsMax, audience: line.viewer.audience)
        guard let page = try reader.page(of: line.ticket, slice) else {
            throw .corrupt("ticket \(line.ticket) went away while it was exported")
        }
        self.line = line.add(page.events, more: page.more, &bytes) ? nil : line
    }
}

/// A JSON line under construction: first the messages of the log, then its history, both up to the
/// end of the log at the start of the line. Long logs are read twice and never held in memory.
private struct OpenLine: Sendable {
    static let eventsMax = 500

    let ticket: TicketID
    private(set) var after = 0
    private let end: Int
    let viewer: Viewer
    private var isInHistory = false
    private var needsComma = false

    init(_ snapshot: Ticket, _ viewer: Viewer, _ bytes: inout [UInt8]) {
        ticket = snapshot.id
        end = snapshot.seq
        self.viewer = viewer
        var json = JSONWriter(reserving: 2048)
        json.beginObject()
        json.snapshotFields(snapshot, for: viewer)
        bytes += json.finish()
        bytes.append(contentsOf: ",\"messages\":[".utf8)
    }

    /// Writes the part of this line that `events`, the next ones after `after`, contain; true: the
    /// line is complete.
    mutating func add(_ events: [TicketEvent], more: Bool, _ bytes: inout [UInt8]) -> Bool {
        write(events, &bytes)
        let isAtEnd = !more || after >= end
        guard isAtEnd else { return false }
        if isInHistory { return close(&bytes) }
        let wasOnePage = events.first.map { $0.seq == 1 } ?? true
        bytes.append(contentsOf: "],\"history\":[".utf8)
        isInHistory = true
        needsComma = false
        after = 0
        guard wasOnePage else { return false }
        write(events, &bytes)
        return close(&bytes)
    }

    private func close(_ bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: "],\"more\":false}\n".utf8)
        return true
    }

    private mutating func write(_ events: [TicketEvent], _ bytes: inout [UInt8]) {
        for event in events {
            after = event.seq
            guard event.seq <= end, let item = item(of: event) else { continue }
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            needsComma = true
            bytes += item
        }
    }

    private func item(of event: TicketEvent) -> [UInt8]? {
        var json = JSONWriter()
        if isInHistory {
            guard event.belongsToHistory(for: viewer.audience) else { return nil }
            json.event(event, for: viewer.audience)
        } else {
            guard let message = event.message(for: viewer.audience) else { return nil }
            json.message(message, of: event, for: viewer.audience)
        }
        return json.finish()
    }
}
