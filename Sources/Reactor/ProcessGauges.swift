// Facts about this process from the kernel, for dashboards.

import CLinux
import Glibc

package enum ProcessGauges {
    /// Unix seconds.
    package static let startedAt = Double(wallClockMilliseconds()) / 1000

    /// Seconds of processor time used by all threads.
    package static var processorSeconds: Double {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    package static var descriptorsMax: Int {
        var limit = rlimit()
        guard unsafe getrlimit(descriptorLimit, &limit) == 0 else {
            return 0
        }
        return Int(clamping: limit.rlim_cur)
    }
}
