// The thread of a target: it wakes when it is rung, and ends when it is told to.

import Observability
import Outbox
import Reactor
import SQLiteStore
import Testing
import Text
import Tickets

@Suite struct OutboxThreadTests {
    @Test func `it delivers when it is rung, and stops`() throws {
        let bench = try OutboxBench()
        let (opener, log) = (bench.opener, bench.log)
        let inbox = try Mailbox<OutboxThread.Signal>()
        let arrived = try Mailbox<ExactText>()
        let signal = OutboxSignal()
        let listener = signal.listen { inbox.post(.ring) }
        let thread = try LoopThread.start(name: "outbox-test") {
            guard let store = try? opener.openOutbox() else { return }
            let transport = ScriptedTransport()
            transport.during = { _ in
                if let id = transport.tries.last { arrived.post(id) }
            }
            OutboxThread(inbox, store, transport, OutboxSettings(), signal.metrics, log).run()
        }
        try bench.fill(3)
        signal.ring()
        var ids: [ExactText] = []
        let deadline = monotonicMilliseconds() + 20_000
        while ids.count < 3, monotonicMilliseconds() < deadline {
            arrived.wait(timeoutMilliseconds: 1000)
            ids += arrived.drain()
        }
        #expect(ids.count == 3)
        signal.ignore(listener)
        inbox.post(.stop)
        thread.join()
        signal.ring()
        #expect(inbox.drain().isEmpty, "who is ignored is not rung")
    }

    @Test func `a stop before the first turn delivers nothing`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        let inbox = try Mailbox<OutboxThread.Signal>()
        inbox.post(.ring)
        inbox.post(.stop)
        OutboxThread(
            inbox, bench.store, bench.transport, OutboxSettings(), bench.metrics, bench.log
        ).run()
        #expect(bench.transport.tries.isEmpty)
        #expect(try bench.lines(.waiting).map(\.attempts) == [0])
    }
}
