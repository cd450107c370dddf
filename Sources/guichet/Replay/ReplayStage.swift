// Runs all conversations of a replay: parallelism, pace, progress line and summary.

import Glibc
import Reactor
import Wire

final class ReplayStage {
    struct Results {
        var conversations = 0
        var acknowledged = 0
        var replayed = 0
        var seen = 0
        var gaps = 0
        var duplicates = 0
        var reconnects = 0
        var failures: [String] = []
        var ackMicroseconds: [Int64] = []
    }

    let loop: EventLoop
    let hub: HubAddress
    /// For a hub behind `https://`.
    let tls: TLSContext?
    let secret: [UInt8]
    var results = Results()
    /// A peer has received `hello`.
    var hasMetHub = false
    /// The reason why no hub answers.
    private(set) var absence: String?
    /// The time that a hub has to start; each peer waits longer for a hub that was there before.
    private static let connectTimeoutMs: Int64 = 5000
    private let file: ConversationFile
    private let ratePerSecond: Int?
    private let atOnce: Int
    private var next = 0
    private var playing: [Int: ReplayConversation] = [:]
    private let startedAt = monotonicMilliseconds()
    private var endedAt: Int64 = 0
    private var nextTurnAt: Int64 = 0

    init(
        loop: EventLoop, hub: HubAddress, tls: TLSContext?, secret: [UInt8], file: ConversationFile,
        ratePerSecond: Int?, atOnce: Int
    ) {
        self.loop = loop
        self.hub = hub
        self.tls = tls
        self.secret = secret
        self.file = file
        self.ratePerSecond = ratePerSecond
        self.atOnce = atOnce
    }

    func play() {
        fill()
        showProgress()
        loop.run()
        endedAt = monotonicMilliseconds()
        Terminal.progress("")
    }

    private func fill() {
        while playing.count < atOnce, next < file.conversations.count {
            let conversation = ReplayConversation(
                file.conversations[next], index: next, people: file.people, stage: self)
            playing[next] = conversation
            next += 1
            conversation.start()
        }
        if playing.isEmpty { loop.stop() }
    }

    func ended(_ index: Int, failure: String?) {
        if let failure { results.failures.append(failure) } else { results.conversations += 1 }
        // Deferred to the next turn of the loop: the conversation's connections are still calling
        // it.
        _ = loop.schedule(afterMilliseconds: 0) { [unowned self] in
            playing[index] = nil
            fill()
        }
    }

    /// Runs `turn` when the pace allows.
    func pace(_ turn: @escaping () -> Void) {
        guard let ratePerSecond else { return turn() }
        let now = monotonicNanoseconds()
        nextTurnAt = max(nextTurnAt, now)
        let waitMs = (nextTurnAt - now) / 1_000_000
        nextTurnAt += 1_000_000_000 / Int64(ratePerSecond)
        if waitMs <= 0 { return turn() }
        _ = loop.schedule(afterMilliseconds: Int(waitMs), turn)
    }

    /// False: no hub has answered within the time, so the replay ends.
    func expectsHub(absentBecause reason: String) -> Bool {
        if hasMetHub || monotonicMilliseconds() - startedAt < Self.connectTimeoutMs { return true }
        absence = reason
        loop.stop()
        return false
    }

    private func showProgress() {
        let seconds = max(0.001, Double(monotonicMilliseconds() - startedAt) / 1000)
        let perSecond = Int(Double(results.acknowledged) / seconds)
        Terminal.progress(
            "\(results.conversations)/\(file.conversations.count) conversations · "
                + "\(results.acknowledged) turns · \(perSecond)/s")
        _ = loop.schedule(afterMilliseconds: 200) { [unowned self] in showProgress() }
    }

    var isFlawless: Bool {
        results.failures.isEmpty && results.gaps == 0 && results.duplicates == 0
    }

    func printSummary() {
        let turns = file.conversations.reduce(0) { $0 + $1.turns.count }
        let seconds = max(0.001, Double(endedAt - startedAt) / 1000)
        let latencies = results.ackMicroseconds.sorted()
        func percentile(_ part: Double) -> String {
            guard !latencies.isEmpty else { return "–" }
            let index = min(latencies.count - 1, Int(Double(latencies.count) * part))
            return "\(Double(latencies[index] / 10) / 100) ms"
        }
        Terminal.say(
            """
            conversations  \(results.conversations) of \(file.conversations.count)
            turns          \(results.acknowledged) of \(turns) acknowledged, \(results.replayed) of them known already
            seen by others \(results.seen), \(results.gaps) gaps, \(results.duplicates) doubled
            reconnects     \(results.reconnects)
            acknowledged   p50 \(percentile(0.5)), p99 \(percentile(0.99))
            wall time      \(Double(Int(seconds * 100)) / 100) s, \(Int(Double(results.acknowledged) / seconds)) messages/s
            """)
        for failure in results.failures.prefix(10) { Terminal.complain("failed: \(failure)") }
        if results.failures.count > 10 {
            Terminal.complain("… and \(results.failures.count - 10) more")
        }
    }
}
