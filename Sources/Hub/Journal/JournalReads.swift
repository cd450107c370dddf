// Reads of the store that the journal can do without for now: a failure is logged, and what asked
// tries again later or goes on with what it knows.

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
