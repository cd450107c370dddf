// The measurements of a process, as one line of JSON for its runner.

import Wire

struct Outcome {
    var repeated = 0
    var missing = 0
    var lost = 0
    var failures = 0
    /// From the mark to the end, including messages under way at the stop.
    var deliveredInAll = 0
    private let tally: Generator.Tally
    private let nanoseconds: Int64

    init(_ tally: Generator.Tally, nanoseconds: Int64) {
        self.tally = tally
        self.nanoseconds = nanoseconds
    }

    /// Latencies are in microseconds: `[upper end of a bucket, count]`, ascending.
    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("microseconds", Int(nanoseconds / 1000))
        json.field("sent", tally.sent)
        json.field("delivered", tally.delivered)
        json.field("acknowledged", tally.acknowledged)
        json.field("queueEvents", tally.queueEvents)
        json.field("receivedBytes", tally.receivedBytes)
        json.field("caughtUp", tally.caughtUp)
        json.field("behind", tally.behind)
        json.field("deliveredInAll", deliveredInAll)
        json.field("repeated", repeated)
        json.field("missing", missing)
        json.field("lost", lost)
        json.field("failures", failures)
        Self.write("latency", tally.latency, to: &json)
        Self.write("connecting", tally.connecting, to: &json)
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
