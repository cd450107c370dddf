// Memory limit of the process: near it the hub refuses new connections and sheds queues, before the
// kernel kills the process.

import Observability
import Reactor
import Synchronization

/// Measured once a second by one worker, read by all.
final class MemoryMonitor: Sendable {
    /// Bytes; 0: no limit is known, and memory is not watched.
    let limitBytes: Int
    private let excess = Atomic<Int>(0)

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Bytes over four fifths of the limit.
    var excessBytes: Int { excess.load(ordering: .relaxed) }
    var isShort: Bool { excessBytes > 0 }

    /// True when memory has just become short.
    func look(residentBytes: Int?) -> Bool {
        guard limitBytes > 0, let residentBytes else { return false }
        let over = max(0, residentBytes - limitBytes / 5 * 4)
        return excess.exchange(over, ordering: .relaxed) == 0 && over > 0
    }

    /// Measures the process, and frees what can be freed when memory is short.
    func measure(_ log: Log) {
        guard limitBytes > 0 else { return }
        let resident = ProcessMemory.residentBytes
        if look(residentBytes: resident) {
            log.warn(
                "memory_short",
                [
                    ("resident_bytes", "\(resident ?? 0)"),
                    ("limit_bytes", "\(limitBytes)"),
                ])
        }
        // Free memory inside the allocator still counts as used.
        if isShort { ProcessMemory.trim() }
    }
}
