// What has arrived of requests and messages that are not whole yet. Each is bounded, and here all of
// them together: who sends the half of something and stops must not hold the memory of the others.

import Observability
import Reactor

/// A part of a request or of a message.
struct UnfinishedInput {
    let bytes: Int
    /// Monotonic milliseconds of its first byte.
    let since: Int64
}

extension Worker {
    /// Less than this is not worth an end.
    private static var worthyBytes: Int { 4096 }
    /// Whoever is done within this time is in nobody's way.
    private static var patienceMs: Int64 { 1000 }

    /// `change`: bytes more than before, or fewer.
    func countUnfinished(_ change: Int) {
        unfinishedBytes += change
        guard unfinishedBytes > inputShareBytes, !isSheddingInput else { return }
        // In a turn of its own: whoever counts is in the middle of reading.
        isSheddingInput = true
        _ = loop.schedule(afterMilliseconds: 0) { [unowned self] in
            isSheddingInput = false
            shedInput(of: unfinishedBytes - inputShareBytes / 4 * 3, olderThanMs: 0)
        }
    }

    /// Memory is short: what has waited longest for its end goes first. Returns the bytes that are
    /// let go of.
    func shedInput(forExcess excess: Int) -> Int {
        guard excess > 0, unfinishedBytes > 0 else { return 0 }
        return shedInput(of: excess, olderThanMs: Self.patienceMs)
    }

    @discardableResult
    private func shedInput(of excess: Int, olderThanMs ageMs: Int64) -> Int {
        guard excess > 0 else { return 0 }
        let held = allSessions.compactMap { session in
            session.unfinished.flatMap { input in
                input.bytes >= Self.worthyBytes && loop.now - input.since >= ageMs
                    ? (session: session, input: input) : nil
            }
        }
        var (count, bytes) = (0, 0)
        for (session, input) in held.sorted(by: { $0.input.since < $1.input.since })
        where bytes < excess {
            session.shedUnfinished()
            bytes += input.bytes
            count += 1
        }
        guard count > 0 else { return 0 }
        metrics.shed += count
        context.log.warn(
            "input_shed", [("connections", "\(count)"), ("received_bytes", "\(bytes)")])
        return bytes
    }
}

extension WorkerSession {
    var unfinished: UnfinishedInput? { nil }
    func shedUnfinished() {}
}
