// Fetches files over HTTP: no proxy, no redirect of its own, and loopback only where that is allowed.

import CCurl
import Glibc

/// One server's files, over one connection as far as the server keeps it.
@safe
package final class FileTransfer {
    package enum Answer {
        /// The whole file, whose bytes `read` gives.
        case whole(bytes: Int)
        case tooLarge
        /// Another status, with its head.
        case status(Int, lines: [String])
        /// No answer.
        case failed(String)
    }

    private let transfer: CurlTransfer
    private let file: UnsafeMutablePointer<FILE>

    /// - Parameter allowsPrivate: loopback and private addresses are allowed.
    package init?(allowsPrivate: Bool) {
        guard let transfer = try? CurlTransfer("http://localhost/", protocols: "http,https"),
            let file = unsafe tmpfile()
        else { return nil }
        self.transfer = transfer
        unsafe self.file = unsafe file
        do throws(TransferError) {
            try transfer.set(CURLOPT_FOLLOWLOCATION, 0)
            // What is checked is the address that is connected to, which a proxy would hide.
            try transfer.set(CURLOPT_PROXY, "")
            try transfer.set(CURLOPT_USERAGENT, "Guichet")
            try transfer.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
            try transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1000)
            try transfer.set(CURLOPT_LOW_SPEED_TIME, 30)
            if !allowsPrivate { try transfer.onlyPublic() }
        } catch {
            return nil
        }
    }

    deinit { unsafe fclose(file) }

    /// Whether the host has a loopback or private address; nil: it has no address at all.
    package static func isPrivate(host: String) -> Bool? {
        switch unsafe guichet_is_private_host(host) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    package func get(_ url: String, bytesMax: Int) -> Answer {
        unsafe rewind(file)
        guard unsafe ftruncate(fileno(file), 0) == 0 else { return .failed("no temporary file") }
        do throws(TransferError) {
            try transfer.set(CURLOPT_URL, url)
            let isWhole = unsafe try transfer.download(into: file, bytesMax: bytesMax)
            guard transfer.status == 200 else {
                return .status(transfer.status, lines: transfer.headLines)
            }
            guard isWhole else { return .tooLarge }
            guard unsafe fflush(file) == 0 else { return .failed("no temporary file") }
            return .whole(bytes: unsafe ftell(file))
        } catch {
            return .failed(error.description)
        }
    }

    /// Gives the bytes of the last whole answer, in pieces.
    package func read(_ take: ([UInt8]) throws -> Void) throws {
        unsafe rewind(file)
        while true {
            var piece = [UInt8](repeating: 0, count: 1 << 18)
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe fread($0.baseAddress, 1, $0.count, file)
            }
            if count == 0 { return }
            try take(Array(piece.prefix(count)))
        }
    }
}
