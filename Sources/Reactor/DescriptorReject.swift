// Sends a few bytes to a peer that is not accepted.

import CLinux
import Glibc

extension Descriptor {
    /// Sends what fits into the socket at once, then FIN. Reads and drops what the peer has already
    /// sent: if closed with unread bytes, the socket would answer RST, and the peer might never see
    /// the answer.
    package borrowing func reject(with bytes: [UInt8]) {
        _ = unsafe send(rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        _ = shutdown(rawValue, Int32(SHUT_WR))
        var unread = [UInt8](repeating: 0, count: 4096)
        _ = unsafe recv(rawValue, &unread, unread.count, Int32(MSG_DONTWAIT))
    }
}
