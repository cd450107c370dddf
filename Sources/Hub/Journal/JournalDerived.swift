// Derived data is written after its durable events. Once a second the store retries what is still
// missing; failures are logged and counted.

import Observability
import Reactor
import Tickets

struct DerivedWatch {
    /// Monotonic.
    fileprivate var retriedAt = monotonicMilliseconds()
    fileprivate var noted = DerivedState()
    fileprivate static let pauseMs: Int64 = 1000
}

extension Journal {
    func retryPendingWrites() {
        let start = monotonicMilliseconds()
        guard !health.isAway, start - derivedWatch.retriedAt >= DerivedWatch.pauseMs else { return }
        let failures = store.derived.failures
        store.retryPendingWrites()
        derivedWatch.retriedAt = monotonicMilliseconds()
        // Commands that came meanwhile have waited for a silent store: they do not wait twice.
        if store.derived.failures > failures, derivedWatch.retriedAt - start > DerivedWatch.pauseMs
        {
            storeFailed()
        }
        let state = store.derived
        metrics.noteDerived(behind: state.eventsBehind, milliseconds: state.msBehind)
        noteDerived(state)
    }

    func noteDerived(_ state: DerivedState) {
        let before = derivedWatch.noted
        derivedWatch.noted = state
        if state.failures > before.failures {
            metrics.derivedFailures.add(state.failures - before.failures)
            log.warn("derived_failed", [("reason", state.reason ?? "")])
        }
        if state.repeats > before.repeats {
            metrics.derivedRepeats.add(state.repeats - before.repeats)
            log.info("derived_repeated")
        }
    }
}
