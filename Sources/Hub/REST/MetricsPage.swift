// /metrics in Prometheus' text format.

import Reactor

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
        gauge("sla_alarms", journal.openAlarms)
        gauge("journal_waiting", worker.context.journal.pendingCount)
        gauge("readers_waiting", worker.context.readers.waiting)
        gauge("searches", worker.context.searches.waiting)
        gauge("search_index_tickets_left", worker.context.indexMetrics.ticketsLeft)
        gauge("workers_waiting", worker.context.workers.reduce(0) { $0 + $1.pendingCount })
        counter("accepted", sum(\.accepted))
        counter("connections_refused", sum(\.refusedConnections))
        counter("accept_overloads", sum(\.acceptOverloads))
        counter("received_bytes", sum(\.receivedBytes))
        counter("sent_bytes", sum(\.sentBytes))
        counter("http_requests", sum(\.httpRequests))
        counter("frames_received", sum(\.frames))
        counter("deliveries", sum(\.deliveries))
        counter("delivered_bytes", sum(\.deliveredBytes))
        counter("ephemeral_dropped", sum(\.droppedEphemeral))
        counter("behind", sum(\.behind))
        counter("shed", sum(\.shed))
        counter("stale_events", sum(\.staleEvents))
        counter("commands", journal.commands.current)
        counter("events", journal.events.current)
        counter("store_batches", journal.batches.current)
        counter("store_failures", journal.failures.current)
        counter("store_indeterminate", journal.indeterminate.current)
        counter("store_nanoseconds", journal.storeNanoseconds.current)
        counter("clock_jumps", journal.clockJumps.current)
        counter("log_dropped", worker.context.log.dropped.current)
        counter("log_suppressed", worker.context.log.suppressed.current)
        let files = worker.context.files
        gauge("uploads_under_way", files.ledger.count)
        counter("uploads", files.metrics.uploads.current)
        counter("uploaded_bytes", files.metrics.uploadedBytes.current)
        counter("downloads", files.metrics.downloads.current)
        counter("downloaded_bytes", files.metrics.downloadedBytes.current)
        counter("files_expired", files.metrics.expired.current)
        counter("files_debris", files.metrics.debris.current)
        page += worker.context.board.loopLag.lines(name: "loop_lag_seconds", unit: 1_000_000)
        page += journal.storeLatency.lines(name: "store_latency_seconds", unit: 1_000_000)
        page += journal.batchEvents.lines(name: "store_batch_events")
        page += journal.alarmLateness.lines(name: "sla_lateness_seconds", unit: 1000)
        page += worker.context.notices.metrics.lines
        labelled(
            "ws_closed", "code",
            all.map { $0.closes.map { ($0.key == 0 ? "other" : "\($0.key)", $0.value) } }, &page)
        labelled("refusals", "reason", all.map { $0.refusals.map { ($0.key, $0.value) } }, &page)
        labelled(
            "http_rejected", "status",
            all.map { $0.rejections.map { ("\($0.key)", $0.value) } }, &page)
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
