// Counts uploads in progress per person, over all workers.

import Synchronization
import Text
import Tickets

/// Uses a lock, taken twice per upload: at its start and at its end.
final class UploadQuota: Sendable {
    private let underWay = Mutex<[ExactText: FileUsage]>([:])

    /// Reserves `bytes` for one more upload of the person; false: they are at the limit. `limit` 0:
    /// no limit.
    func enter(_ person: ExactText, bytes: Int, atMost limit: Int) -> Bool {
        underWay.withLock { people in
            var usage = people[person] ?? FileUsage()
            guard limit == 0 || usage.files < limit else { return false }
            usage.files += 1
            usage.bytes += bytes
            people[person] = usage
            return true
        }
    }

    func leave(_ person: ExactText, bytes: Int) {
        underWay.withLock { people in
            guard var usage = people[person] else { return }
            usage.files -= 1
            usage.bytes -= bytes
            people[person] = usage.files > 0 ? usage : nil
        }
    }

    func usage(of person: ExactText) -> FileUsage {
        underWay.withLock { $0[person] ?? FileUsage() }
    }

    var count: Int { underWay.withLock { $0.values.reduce(0) { $0 + $1.files } } }
}
