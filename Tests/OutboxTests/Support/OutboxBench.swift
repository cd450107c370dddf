// An outbox in a real SQLite file with a clock, a transport and a store that the test controls. The
// loop runs on the test's own thread.

import Foundation
import Observability
import Outbox
import SQLiteStore
import Testing
import Text
import Tickets

final class OutboxBench {
    let path: String
    let opener: SQLiteStoreOpener
    let store: FaultyOutbox
    let clock = SteppedClock()
    let metrics = OutboxMetrics()
    let transport: ScriptedTransport
    let log: Log
    private(set) var loop: OutboxLoop
    private var snapshots: [TicketID: Ticket] = [:]
    private let writer: any TicketStore
    private let folder: String

    static let retries = RetrySchedule(waits: [10, 100])
    static let leaseSeconds = 30

    init(_ transport: ScriptedTransport = ScriptedTransport()) throws {
        folder = "/tmp/guichet-outbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        path = "\(folder)/hub.db"
        opener = SQLiteStoreOpener(path: path)
        writer = try opener.openStore()
        store = FaultyOutbox(try opener.openOutbox())
        log = try Log.discarding()
        self.transport = transport
        loop = Self.makeLoop(store, transport, metrics, log, clock)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// As after a crash: the same file, a loop that knows nothing.
    func restart() { loop = Self.makeLoop(store, transport, metrics, log, clock) }

    private static func makeLoop(
        _ store: FaultyOutbox, _ transport: ScriptedTransport, _ metrics: OutboxMetrics,
        _ log: Log, _ clock: SteppedClock
    ) -> OutboxLoop {
        OutboxLoop(
            store, transport, leaseSeconds: leaseSeconds, retries: retries, metrics, log,
            clock: OutboxClock(
                now: { clock.now }, monotonicMilliseconds: { clock.monotonic }))
    }

    /// A ticket of `count` events, each with an entry for the transport.
    @discardableResult
    func fill(_ count: Int, missing: [Int] = []) throws -> TicketID {
        let client = Person(id: "c1", name: "Clara", role: .client)
        let rules = TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: clock.now) {
            _ in client
        }
        let new = NewTicket(
            title: "Printer", description: "It does not start.", category: .incident,
            priority: .normal, project: "atlas")
        let caller = Caller(person: client)
        let first = try rules.create(
            new, number: 1001 + snapshots.count, by: caller, key: nil, fingerprint: 0)
        var snapshot = try #require(first.created)
        var events = [first]
        for number in 1..<max(1, count) {
            var edit = TicketEdit()
            edit.draft = Draft(body: "line \(number)")
            let event = try #require(
                try rules.decide(edit, on: snapshot, by: caller, key: nil, fingerprint: 0))
            snapshot = snapshot.applying(event)
            events.append(event)
        }
        snapshots[snapshot.id] = snapshot
        var batch = StoreBatch()
        batch.events = events
        batch.snapshots = [snapshot]
        batch.outbox = (1...max(1, count)).map { seq in
            OutboxEntry(
                target: transport.target, ticket: snapshot.id,
                seq: missing.contains(seq) ? seq + 1000 : seq, at: clock.now)
        }
        try writer.commit(batch)
        return snapshot.id
    }

    /// Runs the loop until it says that nothing more is due.
    func run() throws { while try loop.deliverDue() {} }

    func lines(_ state: OutboxState) throws -> [OutboxLine] { try store.list(state, limit: 100) }

    /// The value of a metric of the target.
    func count(_ name: String) -> Int {
        var text = MetricsText()
        metrics.add(to: &text)
        let line = text.page.split(separator: "\n").first { $0.hasPrefix("guichet_outbox_\(name)") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}

/// A clock that moves when the test says so.
final class SteppedClock {
    private(set) var now = Timestamp(milliseconds: 1_764_000_000_000)
    private(set) var monotonic: Int64 = 1_000_000

    func pass(seconds: Int64) {
        set(seconds: seconds)
        monotonic += seconds * 1000
    }

    /// Moves the wall clock alone.
    func set(seconds: Int64) { now = now.advanced(byMilliseconds: seconds * 1000) }
}

extension Log {
    static func discarding() throws -> Log {
        let descriptor = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        return try Log(format: .text, to: descriptor)
    }
}
