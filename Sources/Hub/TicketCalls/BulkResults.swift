// The answer to a bulk call: one outcome for each ticket, sent when all are known.

import Protocol
import Text
import Tickets
import Wire

/// Collects the outcomes of one bulk call.
final class BulkResults {
    private let ids: [ExactText]
    private var outcomes: [Result<Void, TicketRejection>?]
    private var open: Int

    init(_ ids: [ExactText]) {
        self.ids = ids
        outcomes = Array(repeating: nil, count: ids.count)
        open = ids.count
    }

    func conclude(
        _ index: Int, _ outcome: Result<Void, TicketRejection>, _ exchange: HTTPExchange
    ) {
        outcomes[index] = outcome
        open -= 1
        guard open == 0 else { return }
        exchange.respond(
            .json { json in
                json.key("results")
                json.beginArray()
                for (id, outcome) in zip(ids, outcomes) {
                    json.beginObject()
                    json.field("id", ExactText(id.excerpt))
                    if case .failure(let rejection)? = outcome {
                        json.field("ok", false)
                        json.field("code", rejection.code.rawValue)
                        json.field("message", rejection.message)
                    } else {
                        json.field("ok", true)
                    }
                    json.endObject()
                }
                json.endArray()
            })
    }
}
