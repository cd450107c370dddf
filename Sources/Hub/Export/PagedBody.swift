// Bodies of downloads, made page by page on reader threads, so that no body is ever whole in
// memory.

import Tickets
import Wire

/// One page of a body.
enum BodyPage: Sendable {
    case more([UInt8])
    case last([UInt8])
    /// The subject does not exist, or the caller may no longer see it.
    case notFound
}

/// A body and the position reached: a value that goes to a reader thread and comes back advanced.
protocol PagedBody: Sendable {
    /// The next page: about `PagedBodyLimits.pageBytes`; one read of the store may add more.
    mutating func nextPage(from reader: any TicketReader) throws(StoreError) -> BodyPage
    /// Whether its pages search for words, and so wait for their turn among the searches.
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
