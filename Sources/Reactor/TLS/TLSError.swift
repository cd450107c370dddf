// OpenSSL errors, with OpenSSL's own messages.

import COpenSSL

/// The refused item and the reason, for the operator who set it.
package enum TLSError: Error, Equatable, CustomStringConvertible {
    case certificate(String)
    case key(String)
    /// OpenSSL itself, as it is set up on this machine.
    case library(String)

    package var description: String {
        switch self {
        case .certificate(let reason), .key(let reason), .library(let reason): reason
        }
    }
}

/// OpenSSL's error queue: the reasons of failed calls on this thread.
///
/// Empty it after every failure: what stays there would be taken for the next call's.
enum OpenSSLErrors {
    /// The oldest code, which is the cause of the others, or 0.
    static func takeFirst() -> UInt {
        defer { ERR_clear_error() }
        return ERR_get_error()
    }

    /// For example "wrong version number".
    static func reason(of code: UInt) -> String {
        guard let text = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    static func takeReason() -> String {
        reason(of: takeFirst())
    }
}
