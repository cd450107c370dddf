// Bounds the incomplete requests and messages of a worker together; each also has a bound of its
// own. A peer that sends half a message and stops must not hold memory that others need.

import Observability
import Reactor

/// The received part of a request or message.
struct UnfinishedInput {
    let bytes: Int
    /// Monotonic milliseconds of its first byte.
    let since: Int64
}

extension Worker {
    /// Smaller parts are not worth closing.
    private static var worthyBytes: Int { 4096 }
    /// A message that completes within this time is harmless.
    private static var unfinishedMs: Int64 { 1000 }

    /// `change`: bytes added, or negative.
    func countUnfinished(_ change: Int) {
        unfinishedBytes += change
        guard unfinishedBytes > inputShareBytes, !isSheddingInput else { return }
        // In a later turn: the caller is in the middle of reading.
        isSheddingInput = true
        _ = loop.schedule(afterMilliseconds: 0) { [unowned self] in
            isSheddingInput = false
            shedInput(of: unfinishedBytes - inputShareBytes / 4 * 3, olderThanMs: 0)
        }
    }

    /// Memory is short: drops the oldest incomplete input first. Returns the freed bytes.
    func shedInput(forExcess excess: Int) -> Int {
        guard excess > 0, unfinishedBytes > 0 else { return 0 }
        return shedInput(of: excess, olderThanMs: Self.unfinishedMs)
    }

    @discardableResult
    private func shedInput(of excess: Int, olderThanMs ageMs: Int64) -> Int {
        guard excess > 0 else { return 0 }
        let held = sessions.values.compactMap { session in
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
