// Optional reads of the store: a failure is logged, and the caller tries again later or continues
// without the result.

import Observability
import Tickets

extension Journal {
    /// The result of `read`; nil, with a line in the log, when the store does not answer.
    func readIfPossible<Value>(
        _ what: String, _ read: () throws(StoreError) -> Value
    ) -> Value? {
        do throws(StoreError) {
            return try read()
        } catch {
            log.warn("journal_read_failed", [("what", what), ("reason", error.description)])
            return nil
        }
    }
}
