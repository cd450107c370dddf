// Responses whose bodies are sent in pieces, by the call or by another session.

import Reactor
import Wire

extension HTTPSession {
    func begin(_ exchange: HTTPExchange, _ response: Response, length: Int) {
        guard self.exchange === exchange, let connection, !isFinished else { return }
        let writer = ResponseWriter(worker: worker)
        connection.send(
            writer.headBytes(
                of: response, length: length, to: exchange, keepAlive: keepsAlive(after: exchange)))
    }

    func send(_ piece: [UInt8], of exchange: HTTPExchange) {
        guard self.exchange === exchange, !isFinished else { return }
        connection?.send(piece)
    }

    func end(_ exchange: HTTPExchange) {
        guard self.exchange === exchange else { return }
        if !keepsAlive(after: exchange) { end() }
        conclude(to: exchange.identity)
    }

    func breakOff(_ exchange: HTTPExchange) {
        guard self.exchange === exchange else { return }
        markFinished()
        connection?.closeNow()
    }

    var hasRoom: Bool { connection.map { $0.queuedBytes <= $0.lowWater } ?? false }

    /// Hands the connection to the stream and keeps it open.
    func beginStream(_ exchange: HTTPExchange, _ stream: EventStream) {
        begin(exchange, headers: EventStream.headers, then: stream)
    }

    /// Hands the connection to the download; it ends with the download.
    func beginDownload(
        _ exchange: HTTPExchange, _ download: Download, headers: [(String, String)]
    ) {
        begin(exchange, headers: headers, then: download)
    }

    private func begin(
        _ exchange: HTTPExchange, headers: [(String, String)], then session: any WorkerSession
    ) {
        guard self.exchange === exchange, let connection else { return }
        connection.send(ResponseWriter(worker: worker).headBytes(headers, to: exchange))
        markFinished()
        worker.hand(connection, to: session)
    }
}
