// Calls another server over HTTP, one call after the other on one connection.

import CCurl
import Glibc

package struct HTTPAnswer: Sendable {
    package let status: Int
    package let body: [UInt8]
    /// Seconds to wait before another call; nil: the server does not say.
    package let retryAfter: Int?
}

/// Confined to one thread.
@safe
package final class HTTPClient {
    private let transfer: CurlTransfer
    private let answer: UnsafeMutablePointer<FILE>
    private var headers: [String] = []

    /// - Parameter timeoutSeconds: for one whole call.
    package init(timeoutSeconds: Int) throws(TransferError) {
        guard let file = unsafe tmpfile() else {
            throw TransferError(description: "there is no place for temporary files")
        }
        unsafe answer = file
        transfer = try CurlTransfer("", protocols: "http,https")
        try unsafe transfer.keepAnswer(in: file)
        try transfer.set(CURLOPT_TIMEOUT, timeoutSeconds)
        try transfer.set(CURLOPT_CONNECTTIMEOUT, 10)
        // A token does not follow to another server.
        try transfer.set(CURLOPT_FOLLOWLOCATION, 0)
    }

    deinit { unsafe fclose(answer) }

    /// - Parameter body: nil: GET, else POST of JSON.
    package func call(
        _ url: String, token: String, body: [UInt8]? = nil
    ) throws(TransferError) -> HTTPAnswer {
        let wanted = ["Authorization: Bearer \(token)", "Content-Type: application/json"]
        if wanted != headers {
            try transfer.set(CURLOPT_HTTPHEADER, wanted)
            headers = wanted
        }
        unsafe rewind(answer)
        guard ftruncate(unsafe fileno(answer), 0) == 0 else {
            throw TransferError(description: "a temporary file cannot be written")
        }
        try transfer.set(CURLOPT_URL, url)
        if let body { try transfer.post(body) } else { try transfer.get() }
        return HTTPAnswer(status: transfer.status, body: read(), retryAfter: retryAfter)
    }

    private func read() -> [UInt8] {
        unsafe fflush(answer)
        unsafe rewind(answer)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe fread($0.baseAddress, 1, $0.count, answer)
            }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
    }

    private var retryAfter: Int? {
        for line in transfer.headLines.reversed() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "retry-after" {
                return Int(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }
}
