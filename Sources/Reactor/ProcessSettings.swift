// Process-wide settings to make before the first socket.

import CLinux
import Glibc

/// Turns a write to a closed peer into EPIPE instead of ending the process.
///
/// Our own sends carry MSG_NOSIGNAL; libraries that call `write`, OpenSSL among them, do not.
/// Call it before the first thread starts.
package func ignoreSIGPIPE() {
    _ = signal(SIGPIPE, SIG_IGN)
}

/// Raises the soft limit on open descriptors to the hard one, and returns the limit in force.
@discardableResult
package func setDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(descriptorLimit, &limit) == 0 else { return 0 }
    let soft = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    if unsafe setrlimit(descriptorLimit, &limit) != 0 { limit.rlim_cur = soft }
    return Int(clamping: limit.rlim_cur)
}

let descriptorLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
