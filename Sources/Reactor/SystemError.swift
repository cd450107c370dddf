// The one error of this module: a failed system call.

import Glibc

/// A failed system call, by name, with its errno.
///
/// `getaddrinfo` has codes of its own, all negative, so the two ranges never meet.
package struct SystemError: Error, CustomStringConvertible, Equatable {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The failure of the call just made on this thread.
    init(lastOf call: String) {
        self.init(call: call, code: errno)
    }

    /// For example "bind: Address already in use (98)".
    package var description: String {
        let text = code < 0 ? unsafe gai_strerror(code) : unsafe UnsafePointer(strerror(code))
        guard let text = unsafe text else { return "\(call) (\(code))" }
        return unsafe "\(call): \(String(cString: text)) (\(code))"
    }
}
