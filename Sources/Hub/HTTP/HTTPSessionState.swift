// What an HTTP session does with its current request.

import Wire

extension HTTPSession {
    enum State {
        /// There is no request, or its head is incomplete.
        case waiting
        /// The head is complete, and the body is kept.
        case receiving(HTTPExchange)
        /// The body is passed on while it arrives.
        case uploading(HTTPExchange, UploadCall)
        /// The request has its answer before its body has arrived: the rest of the body is dropped.
        case discarding(HTTPExchange, Discard)
        /// The request is complete; later ones wait in the parser.
        case answering(HTTPExchange)
        /// The connection ends, or has another owner; the exchange is the one that was not answered
        /// completely.
        case finished(HTTPExchange?)
    }

    /// How the rest of a body is dropped.
    struct Discard {
        /// The answer, until it is sent: after all bytes that are here, since a malformed body is
        /// reported first.
        var answer: Response?
        /// Whether the connection goes on after the body.
        var keepsConnection = false
    }

    /// The request whose body has not arrived completely.
    var incoming: HTTPExchange? {
        switch state {
        case .receiving(let exchange), .uploading(let exchange, _), .discarding(let exchange, _):
            exchange
        case .waiting, .answering, .finished: nil
        }
    }

    /// The complete request that is being answered.
    var exchange: HTTPExchange? {
        if case .answering(let exchange) = state { exchange } else { nil }
    }

    var isFinished: Bool { if case .finished = state { true } else { false } }

    var isDiscarding: Bool { if case .discarding = state { true } else { false } }

    /// Nothing is read or answered from now on.
    func markFinished() {
        if isFinished { return }
        state = .finished(incoming ?? exchange)
    }

    /// The request of this connection will not be answered any more.
    func abandon() {
        let exchange =
            if case .finished(let exchange) = state { exchange } else { incoming ?? exchange }
        state = .finished(nil)
        exchange?.abandon()
    }
}
