// A text body that is marked as UTF-8.

import Tickets

/// Begins with U+FEFF, the byte order mark.
struct MarkedBody: PagedBody {
    private var body: any PagedBody
    private var hasBegun = false

    init(_ body: any PagedBody) { self.body = body }

    var isSearch: Bool { body.isSearch }

    mutating func nextPage(from reader: any TicketReader) throws(StoreError) -> BodyPage {
        let page = try body.nextPage(from: reader)
        guard !hasBegun else { return page }
        hasBegun = true
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return switch page {
        case .more(let bytes): .more(mark + bytes)
        case .last(let bytes): .last(mark + bytes)
        case .notFound: .notFound
        }
    }
}
