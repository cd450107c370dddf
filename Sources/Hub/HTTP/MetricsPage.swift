// /metrics in Prometheus' text format.

import Observability
import Outbox
import Reactor
import Tickets

struct MetricsPage {
    let worker: Worker

    private var all: [WorkerMetrics] { worker.context.metrics.workers.all }

    var response: Response {
        worker.postMetrics()
        var text = MetricsText()
        addProcess(&text)
        addConnections(&text)
        addTraffic(&text)
        addJournal(&text)
        addStore(&text)
        addFiles(&text)
        worker.context.outbox.metrics.add(to: &text)
        addRefusals(&text)
        if let seconds = worker.context.metrics.adoptionLag.seconds {
            text.gauge(
                "adopt_lag_seconds", seconds: seconds,
                "How far the hub is behind the older system that guichet adopt follows.")
        }
        return .text(text.page, type: "text/plain; version=0.0.4")
    }

    private func sum(_ path: KeyPath<WorkerMetrics, Int>) -> Int {
        all.reduce(0) { $0 + $1[keyPath: path] }
    }

    private func addProcess(_ text: inout MetricsText) {
        text.labelled(
            "build_info", "gauge",
            [("version=\"\(Release.version)\"", 1)], "Always 1; the label is the version.")
        text.shared(
            "process_start_time_seconds", "gauge", ProcessGauges.startedAt,
            "When the process started, in Unix seconds.")
        text.shared(
            "process_cpu_seconds_total", "counter", ProcessGauges.processorSeconds,
            "Processor time of all threads.")
        text.shared(
            "process_max_fds", "gauge", Double(ProcessGauges.descriptorsMax),
            "Files and sockets that the process may have open.")
        if let bytes = ProcessMemory.residentBytes {
            text.shared(
                "process_resident_memory_bytes", "gauge", Double(bytes),
                "Physical memory of the process.")
        }
    }

    private func addConnections(_ text: inout MetricsText) {
        text.gauge("connections", sum(\.connections), "Connections that are open.")
        text.gauge("websockets", sum(\.webSockets), "WebSockets that are open.")
        text.gauge("rooms", sum(\.rooms), "Rooms with members, once for each worker.")
        text.gauge("queued_bytes", sum(\.queuedBytes), "Bytes that wait for slow readers.")
        text.counter("accepted", sum(\.accepted), "Connections that were accepted.")
        text.counter(
            "connections_refused", sum(\.refusedConnections),
            "Connections that were turned away over a limit.")
        text.counter(
            "accept_overloads", sum(\.acceptOverloads),
            "Connections closed for lack of descriptors.")
        text.counter("behind", sum(\.behind), "Readers that got `behind`.")
        text.counter("shed", sum(\.shed), "Readers that took nothing and were closed.")
        text.counter(
            "stale_events", sum(\.staleEvents),
            "Events of the kernel for connections that were gone.")
    }

    private func addTraffic(_ text: inout MetricsText) {
        let lag = all.map(\.loopLagMs).max() ?? 0
        text.gauge(
            "loop_turn_seconds", seconds: Double(lag) / 1000,
            "The longest turn of a worker's loop in its last second.")
        text.gauge(
            "loop_lag_milliseconds", lag, "Deprecated; use guichet_loop_turn_seconds."
        )
        text.histogram(
            "loop_lag_seconds", worker.context.metrics.workers.loopLag, unit: 1_000_000,
            "The longest turn of each second and worker.")
        text.gauge(
            "workers_waiting", worker.context.workers.reduce(0) { $0 + $1.pendingCount },
            "Messages that wait for workers.")
        text.counter("received_bytes", sum(\.receivedBytes), "Bytes from all connections.")
        text.counter("sent_bytes", sum(\.sentBytes), "Bytes to all connections.")
        text.counter("http_requests", sum(\.httpRequests), "Requests over HTTP.")
        text.counter("frames_received", sum(\.frames), "Messages over WebSockets.")
        text.counter("deliveries", sum(\.deliveries), "Durable events sent to WebSockets.")
        text.counter("delivered_bytes", sum(\.deliveredBytes), "Bytes of those events.")
        text.counter(
            "ephemeral_dropped", sum(\.droppedEphemeral), "Typing and presence that were left out.")
    }

    private func addJournal(_ text: inout MetricsText) {
        let journal = worker.context.metrics.journal
        text.gauge(
            "journal_waiting", worker.context.journal.pendingCount,
            "Messages that wait for the journal.")
        text.counter("commands", journal.commands.current, "Commands that were decided.")
        text.counter("events", journal.events.current, "Events that became durable.")
        text.gauge(
            "sla_alarms", journal.openAlarms, "Tickets with a warning or a deadline to come.")
        text.histogram(
            "sla_lateness_seconds", journal.alarmLateness, unit: 1000,
            "From the time of a warning or breach to its event.")
        text.counter("clock_jumps", journal.clockJumps.current, "Jumps of the wall clock.")
        let log = worker.context.log
        text.counter(
            "log_dropped", log.dropped.current, "Log lines lost because the pipe was full.")
        text.counter(
            "log_suppressed", log.suppressed.current, "Log lines over ten a second per event.")
    }

    private func addStore(_ text: inout MetricsText) {
        let journal = worker.context.metrics.journal
        text.gauge(
            "readers_waiting", worker.context.pools.readers.waiting,
            "Queries that wait for the store.")
        text.gauge("searches", worker.context.pools.searches.waiting, "Searches under way.")
        text.gauge(
            "search_index_tickets_left", worker.context.metrics.index.ticketsLeft,
            "Tickets that the rebuild of the search index has not reached.")
        text.counter("store_batches", journal.batches.current, "Durable writes.")
        text.counter("store_failures", journal.failures.current, "Writes that failed.")
        text.counter(
            "store_indeterminate", journal.indeterminate.current, "Writes of unknown outcome.")
        text.counter(
            "store_derived_failures", journal.derivedFailures.current,
            "Failed writes of snapshots, search words and counts, which are made up for.")
        text.counter(
            "store_derived_repeats", journal.derivedRepeats.current,
            "Snapshots, search words and counts written again after a failover.")
        text.gauge(
            "store_derived_behind", journal.derivedBehind,
            "Events that lists, the search or the statistics may lack.")
        text.gauge(
            "store_derived_lag_seconds", seconds: Double(journal.derivedLagMs) / 1000,
            "How long the oldest of these events has been durable.")
        let nanoseconds = journal.storeNanoseconds.current
        text.counter(
            "store_write_seconds", seconds: Double(nanoseconds) / 1e9,
            "The time that durable writes took.")
        text.counter(
            "store_nanoseconds", nanoseconds,
            "Deprecated; use guichet_store_write_seconds_total.")
        text.histogram(
            "store_latency_seconds", journal.storeLatency, unit: 1_000_000,
            "How long a durable write took.")
        text.histogram(
            "store_batch_events", journal.batchEvents, "How many events shared a durable write.")
        addStoreSize(&text)
    }

    private func addStoreSize(_ text: inout MetricsText) {
        guard let size = worker.context.metrics.storeSize.newest else { return }
        text.gauge(
            "store_size_bytes", size.bytes, "Disk space of the store, including attached files.")
        if let free = size.diskFreeBytes {
            text.gauge("disk_free_bytes", free, "Free space on the store's disk.")
        }
        if let all = size.diskBytes {
            text.gauge("disk_size_bytes", all, "The disk under the store.")
        }
    }

    private func addFiles(_ text: inout MetricsText) {
        let files = worker.context.pools.files
        text.gauge("uploads_under_way", files.quota.count, "Files on their way in.")
        text.counter("uploads", files.metrics.uploads.current, "Files that were stored.")
        text.counter("uploaded_bytes", files.metrics.uploadedBytes.current, "Bytes of those files.")
        text.counter("downloads", files.metrics.downloads.current, "Files that were asked for.")
        text.counter(
            "downloaded_bytes", files.metrics.downloadedBytes.current, "Bytes of those files.")
        text.counter(
            "files_expired", files.metrics.expired.current,
            "Files removed because no ticket attached them in time.")
        text.counter(
            "files_debris", files.metrics.debris.current,
            "Files that were removed since a crash left them.")
    }

    private func addRefusals(_ text: inout MetricsText) {
        text.totals(
            "ws_closed", by: "code",
            all.map { $0.closes.map { ($0.key == 0 ? "other" : "\($0.key)", $0.value) } },
            "WebSockets that ended, by close code.")
        text.totals(
            "refusals", by: "reason", all.map { $0.refusals.map { ($0.key, $0.value) } },
            "Refusals of commands, frames and requests, by reason.")
        text.totals(
            "http_rejected", by: "status",
            all.map { $0.rejections.map { ("\($0.key)", $0.value) } },
            "Answers over HTTP of 400 and above, by status.")
    }
}
