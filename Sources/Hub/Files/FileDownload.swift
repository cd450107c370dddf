// Sends the bytes of a file: reads the next piece when the peer has taken most of the last one.

import Observability
import Reactor
import Tickets
import Wire

final class FileDownload {
    private static let pieceBytes = 128 * 1024
    private let worker: Worker
    private let exchange: HTTPExchange
    private let file: StoredFile
    private var rest: Range<Int>
    private let length: Int
    /// Set until the first piece is here and the response can begin.
    private var response: Response?
    private var isAsking = false

    init(worker: Worker, exchange: HTTPExchange, file: StoredFile, range: Range<Int>) {
        self.worker = worker
        self.exchange = exchange
        self.file = file
        rest = range
        length = range.count
    }

    func start(_ response: Response) {
        worker.context.pools.files.metrics.downloads.add(1)
        guard exchange.head.method != "HEAD", !rest.isEmpty else {
            exchange.begin(response, length: length)
            return exchange.end()
        }
        self.response = response
        exchange.onRoom = { [self] in goOn() }
        goOn()
    }

    private func goOn() {
        guard !isAsking, exchange.hasRoom else { return }
        isAsking = true
        let (file, start, count) = (file, rest.lowerBound, min(Self.pieceBytes, rest.count))
        worker.requests.askFiles { store throws(StoreError) in
            try store.read(file, at: start, count: count)
        } then: { [self] (answer: Result<[UInt8]?, TicketRejection>) in
            isAsking = false
            switch answer {
            case .success(let piece?) where piece.count == count: send(piece)
            case .success: fail("its bytes are not where they should be")
            case .failure(let rejection): fail(rejection.message)
            }
        }
    }

    private func send(_ piece: [UInt8]) {
        if let response { exchange.begin(response, length: length) }
        response = nil
        exchange.send(piece)
        worker.context.pools.files.metrics.downloadedBytes.add(piece.count)
        rest = (rest.lowerBound + piece.count)..<rest.upperBound
        if rest.isEmpty { exchange.end() } else { goOn() }
    }

    private func fail(_ reason: String) {
        worker.context.log.error(
            "file_unreadable", [("file", "\(file.id)"), ("reason", reason)])
        // The length is already promised: only a broken connection reports the failure.
        guard response != nil else { return exchange.breakOff() }
        exchange.onRoom = nil
        exchange.refuse(.unavailable("The file cannot be read now; try again."))
    }
}
