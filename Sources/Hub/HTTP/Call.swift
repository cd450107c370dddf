// What all calls of the API share: their caller, answers and refusals, and the lookup of a ticket.

import Text
import Tickets

/// A request to the API by a known caller.
struct Call {
    let worker: Worker
    let exchange: HTTPExchange
    let identity: Identity
    let parameters: [ExactText: ExactText]

    /// A parameter in the route's path.
    subscript(name: ExactText) -> ExactText { parameters[name] ?? "" }
}

/// The calls of one feature.
protocol CallGroup {
    var call: Call { get }
}

extension CallGroup {
    var worker: Worker { call.worker }
    var exchange: HTTPExchange { call.exchange }
    var identity: Identity { call.identity }
    var caller: Caller { identity.caller }

    /// Runs a call, and answers with the refusal that it throws.
    func perform(_ body: () throws(TicketRejection) -> Void) {
        do throws(TicketRejection) {
            try body()
        } catch {
            exchange.refuse(error, for: caller)
        }
    }

    func respond(_ result: Result<Response, TicketRejection>) {
        switch result {
        case .success(let response): exchange.respond(response)
        case .failure(let rejection): exchange.refuse(rejection, for: caller)
        }
    }

    /// Resolves an id or a reference to an id.
    func withTicket(_ name: ExactText, _ then: @escaping (TicketID) -> Void) {
        guard let reference = TicketReference(name) else { return exchange.refuse(.notFound) }
        worker.requests.find(reference) { [exchange] found in
            switch found {
            case .success(let id): then(id)
            case .failure(let rejection): exchange.refuse(rejection)
            }
        }
    }
}

extension TicketReader {
    func ticketID(_ reference: TicketReference) throws(StoreError) -> TicketID? {
        switch reference {
        case .id(let id): id
        case .number(let number): try ticketID(number: number)
        }
    }
}
