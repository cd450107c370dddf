// Ownership of a file descriptor, checked by the compiler.

import Glibc

/// One open file descriptor. Whoever holds it closes it, exactly once.
///
/// A negative number stands for none and is left alone.
package struct Descriptor: ~Copyable, Sendable {
    package let rawValue: Int32

    package init(adopting rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit {
        // No retry on EINTR: Linux has given the number back by then, perhaps to another thread.
        if rawValue >= 0 { _ = close(rawValue) }
    }
}
