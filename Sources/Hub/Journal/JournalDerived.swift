// Watches what follows from durable events and is written after them: once a second the store makes
// up for what it lacks, and failures are logged and counted.

import Observability
import Reactor
import Tickets

struct DerivedWatch {
    /// Monotonic.
    fileprivate var tendedAt = monotonicMilliseconds()
    fileprivate var noted = DerivedState()
    fileprivate static let pauseMs: Int64 = 1000
}

extension Journal {
    func tendStore() {
        let start = monotonicMilliseconds()
        guard !health.isAway, start - derivedWatch.tendedAt >= DerivedWatch.pauseMs else { return }
        let failures = store.derived.failures
        store.tend()
        derivedWatch.tendedAt = monotonicMilliseconds()
        // Commands that came meanwhile have waited for a silent store: they do not wait twice.
        if store.derived.failures > failures, derivedWatch.tendedAt - start > DerivedWatch.pauseMs {
            storeFailed()
        }
        noteDerived()
    }

    func noteDerived() {
        let state = store.derived
        let before = derivedWatch.noted
        guard state != before else { return }
        derivedWatch.noted = state
        metrics.noteDerived(behind: state.eventsBehind)
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
