// The measurements of a process, as one line of JSON for its runner.

import Wire

struct Outcome {
    var repeated = 0
    var missing = 0
    var lost = 0
    var failures = 0
    /// From the mark to the end, including messages under way at the stop.
    var deliveredInAll = 0
    private let counts: Generator.Counts
    private let nanoseconds: Int64

    init(_ counts: Generator.Counts, nanoseconds: Int64) {
        self.counts = counts
        self.nanoseconds = nanoseconds
    }

    /// Latencies are in microseconds: `[upper end of a bucket, count]`, ascending.
    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("microseconds", Int(nanoseconds / 1000))
        json.field("sent", counts.sent)
        json.field("delivered", counts.delivered)
        json.field("acknowledged", counts.acknowledged)
        json.field("queueEvents", counts.queueEvents)
        json.field("receivedBytes", counts.receivedBytes)
        json.field("caughtUp", counts.caughtUp)
        json.field("behind", counts.behind)
        json.field("deliveredInAll", deliveredInAll)
        json.field("repeated", repeated)
        json.field("missing", missing)
        json.field("lost", lost)
        json.field("failures", failures)
        Self.write("latency", counts.latency, to: &json)
        Self.write("connecting", counts.connecting, to: &json)
        json.endObject()
        return String(decoding: json.finish(), as: UTF8.self)
    }

    private static func write(
        _ name: String, _ histogram: LatencyHistogram, to json: inout JSONWriter
    ) {
        json.key(name)
        json.beginArray()
        for bucket in histogram.filled {
            json.beginArray()
            json.int(bucket.upperEnd)
            json.int(bucket.count)
            json.endArray()
        }
        json.endArray()
    }
}
