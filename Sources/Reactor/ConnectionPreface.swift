// Preface: the bytes that a peer sends before anything else, TLS included. It is read to its last
// byte and no further.

import CLinux
import Glibc

/// A preface in progress, for `EventLoop.adopt`.
package final class ConnectionPreface {
    private var bytes: [UInt8] = []
    private let length: ([UInt8]) -> Int?
    private let accept: ([UInt8]) -> Bool

    /// - Parameters:
    ///   - length: of the whole, as far as these first bytes tell, so at least as many as they are; nil:
    ///     it is none. Must be bounded: as many bytes are kept.
    ///   - accept: is given the whole; false hangs up.
    package init(length: @escaping ([UInt8]) -> Int?, accept: @escaping ([UInt8]) -> Bool) {
        self.length = length
        self.accept = accept
    }

    fileprivate enum Step { case blocked, done, gone, failed(Int32) }

    fileprivate func read(from socket: Int32) -> Step {
        while true {
            guard let whole = length(bytes), whole >= bytes.count else { return .failed(EPROTO) }
            guard whole > bytes.count else { return accept(bytes) ? .done : .failed(EPROTO) }
            var piece = [UInt8](repeating: 0, count: whole - bytes.count)
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if count == 0 { return bytes.isEmpty ? .gone : .failed(ECONNRESET) }
            if count < 0 { return errno == EAGAIN || errno == EINTR ? .blocked : .failed(errno) }
            bytes += piece.prefix(count)
        }
    }
}

extension Connection {
    /// Reads the next part, when the socket is readable.
    func read(_ preface: ConnectionPreface, isBroken: Bool) {
        markDirty()
        switch preface.read(from: socket) {
        case .blocked: if isBroken { finish(asPrefaceFailure: ECONNRESET) }
        case .done:
            self.preface = nil
            lastReceived = loop.now
        // A port check: the peer connects and leaves.
        case .gone: finish()
        case .failed(let code): finish(asPrefaceFailure: code)
        }
    }

    private func finish(asPrefaceFailure code: Int32) {
        hasPrefaceFailed = true
        finish(with: SystemError(call: "preface", code: code))
    }
}
