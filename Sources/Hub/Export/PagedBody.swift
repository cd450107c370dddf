// The bodies of downloads, made page by page on reader threads, so that none is ever whole in memory.

import Tickets
import Wire

/// One stretch of a body.
enum BodyPage: Sendable {
    case more([UInt8])
    case last([UInt8])
    /// What it is about is not there, or no longer the caller's to see.
    case notFound
}

/// A body and how far it is written: a value that goes to a reader thread and comes back advanced.
protocol PagedBody: Sendable {
    /// The next page: about `PagedBodyLimits.pageBytes`, more only by what one read of the store adds.
    mutating func nextPage(from reader: any TicketReader) throws(StoreError) -> BodyPage
    /// Its pages look for words, and wait for their turn among the searches.
    var isSearch: Bool { get }
}

extension PagedBody {
    var isSearch: Bool { false }
}

enum PagedBodyLimits {
    /// A page ends at this many bytes, before compression.
    static let pageBytes = 128 * 1024
}

enum ExportFormat: String, CaseIterable, Sendable {
    case json, csv, jsonl

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8"
        case .jsonl: "application/jsonl; charset=utf-8"
        }
    }
}
