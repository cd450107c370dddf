// Whether the machine's clock is synchronised, for `guichet doctor`.

import CLinux

package enum KernelClock {
    /// Whether a time server keeps the clock, as the kernel was told (adjtimex(2)); nil: it does
    /// not say.
    package static var isKept: Bool? {
        var state = timex()
        guard unsafe adjtimex(&state) >= 0 else { return nil }
        return state.status & STA_UNSYNC == 0
    }
}
