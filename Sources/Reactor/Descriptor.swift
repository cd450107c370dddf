// An owned file descriptor; the compiler checks the ownership.

import Glibc

/// One open file descriptor. Its owner closes it, exactly once.
///
/// A negative number means no descriptor and is ignored.
package struct Descriptor: ~Copyable, Sendable {
    package let rawValue: Int32

    package init(adopting rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit {
        // No retry on EINTR: Linux has released the number by then, perhaps to another thread.
        if rawValue >= 0 { _ = close(rawValue) }
    }
}
