// /metrics in Prometheus' text format.

struct MetricsPage {
    let worker: Worker

    var response: Response {
        worker.postMetrics()
        let all = worker.context.board.all
        let journal = worker.context.journalMetrics
        var page = ""
        func gauge(_ name: String, _ value: Int) {
            page += "# TYPE guichet_\(name) gauge\nguichet_\(name) \(value)\n"
        }
        func counter(_ name: String, _ value: Int) {
            page += "# TYPE guichet_\(name)_total counter\nguichet_\(name)_total \(value)\n"
        }
        func sum(_ path: KeyPath<WorkerMetrics, Int>) -> Int {
            all.reduce(0) { $0 + $1[keyPath: path] }
        }
        gauge("connections", sum(\.connections))
        gauge("websockets", sum(\.webSockets))
        gauge("rooms", sum(\.rooms))
        gauge("queued_bytes", sum(\.queuedBytes))
        gauge("loop_lag_milliseconds", all.map(\.loopLagMs).max() ?? 0)
        counter("accepted", sum(\.accepted))
        counter("connections_refused", sum(\.refusedConnections))
        counter("http_requests", sum(\.httpRequests))
        counter("frames_received", sum(\.frames))
        counter("deliveries", sum(\.deliveries))
        counter("delivered_bytes", sum(\.deliveredBytes))
        counter("ephemeral_dropped", sum(\.droppedEphemeral))
        counter("behind", sum(\.behind))
        counter("stale_events", sum(\.staleEvents))
        counter("commands", journal.commands.current)
        counter("events", journal.events.current)
        counter("store_batches", journal.batches.current)
        counter("store_failures", journal.failures.current)
        counter("store_indeterminate", journal.indeterminate.current)
        counter("store_nanoseconds", journal.storeNanoseconds.current)
        labelled("ws_closed", "code", all.map { $0.closes.map { ("\($0.key)", $0.value) } }, &page)
        labelled("refusals", "reason", all.map { $0.refusals.map { ($0.key, $0.value) } }, &page)
        return .text(page, type: "text/plain; version=0.0.4")
    }

    private func labelled(
        _ name: String, _ label: String, _ counts: [[(String, Int)]], _ page: inout String
    ) {
        let totals = Dictionary(counts.joined().map { $0 }, uniquingKeysWith: +)
        page += "# TYPE guichet_\(name)_total counter\n"
        for (value, count) in totals.sorted(by: { $0.key < $1.key }) {
            page += "guichet_\(name)_total{\(label)=\"\(value)\"} \(count)\n"
        }
    }
}
