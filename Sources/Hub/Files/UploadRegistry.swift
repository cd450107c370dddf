// A worker's uploads in progress, by the request id that the file threads use.

import Reactor
import Tickets

final class UploadRegistry {
    private var calls: [RequestID: UploadCall] = [:]
    private var latest: UInt64 = 0

    func enter(_ call: UploadCall) -> RequestID {
        latest += 1
        let request = RequestID(rawValue: latest)
        calls[request] = call
        return request
    }

    func leave(_ request: RequestID) { calls[request] = nil }

    func receive(_ report: UploadReport, for request: RequestID) { calls[request]?.receive(report) }
}
