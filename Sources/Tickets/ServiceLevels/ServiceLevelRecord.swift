// Converts the clocks to and from records.

import Text

extension ServiceLevel {
    /// Pauses are written only if there are any: most tickets have none.
    var record: Tree {
        let pausing: [Tree.Field] =
            pauses.isEmpty && bankedMs == 0
            ? []
            : [.init("pauses", .array(pauses.map(\.record))), .init("bankedMs", .int(bankedMs))]
        return .object(
            steadyFields + pausing + [
                .init("firstResponse", firstResponse.record),
                .init("nextResponse", nextResponse.record),
            ])
    }

    private var steadyFields: [Tree.Field] {
        [
            .init("targetHours", Tree(targetHours)),
            .init("isTargetManual", .bool(isTargetManual)),
            .init("startedAt", .time(startedAt)), .init("deadlineAt", Tree(deadlineAt)),
            .init("warnings", warnings?.record ?? .null),
            .init("breached", .bool(breached)), .init("breachedAt", Tree(breachedAt)),
            .init("resolvedAt", Tree(resolvedAt)), .init("state", Tree(state.rawValue)),
            .init("pausedAt", Tree(pausedAt)), .init("pausedMs", .int(pausedMs)),
            .init("warnedPercent", Tree(warnedPercent)),
        ]
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "sla")
        self.init(startedAt: try fields.time("startedAt"))
        targetHours = try fields.optionalDouble("targetHours")
        isTargetManual = try fields.bool("isTargetManual")
        deadlineAt = try fields.optionalTime("deadlineAt")
        warnings = try SLAWarnings(
            fields, deadline: deadlineAt, minutes: targetHours.map { $0 * 60 })
        breached = try fields.bool("breached")
        breachedAt = try fields.optionalTime("breachedAt")
        resolvedAt = try fields.optionalTime("resolvedAt")
        state = try fields.code("state")
        pausedAt = try fields.optionalTime("pausedAt")
        pausedMs = try fields.span("pausedMs")
        pauses = try fields.array("pauses").map { record throws(RecordError) in
            try SLAPause(record: record)
        }
        // In records without calendars every pause counts in full.
        bankedMs = fields.optional("bankedMs") == nil ? pausedMs : try fields.span("bankedMs")
        warnedPercent = try fields.int("warnedPercent")
        firstResponse = try ResponseClock(record: try fields.required("firstResponse"))
        nextResponse = try ResponseClock(record: try fields.required("nextResponse"))
    }
}

extension ResponseClock {
    var record: Tree {
        .object([
            .init("targetMinutes", Tree(targetMinutes)), .init("startedAt", Tree(startedAt)),
            .init("deadlineAt", Tree(deadlineAt)),
            .init("warnings", warnings?.record ?? .null), .init("metAt", Tree(metAt)),
            .init("breached", .bool(breached)), .init("warnedPercent", Tree(warnedPercent)),
        ])
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "clock")
        self.init()
        targetMinutes = try fields.optionalDouble("targetMinutes")
        startedAt = try fields.optionalTime("startedAt")
        deadlineAt = try fields.optionalTime("deadlineAt")
        warnings = try SLAWarnings(fields, deadline: deadlineAt, minutes: targetMinutes)
        metAt = try fields.optionalTime("metAt")
        breached = try fields.bool("breached")
        warnedPercent = try fields.int("warnedPercent")
    }
}

extension SLAWarnings {
    fileprivate var record: Tree {
        .object([.init("early", .time(early)), .init("late", .time(late))])
    }

    /// Warnings of the clock that `clock` reads. Records from before calendars have none: then they
    /// are computed from the deadline in wall-clock time.
    fileprivate init?(
        _ clock: RecordReader, deadline: Timestamp?, minutes: Double?
    ) throws(RecordError) {
        if let record = clock.optional("warnings") {
            let fields = try RecordReader(record, "warnings")
            self.init(early: try fields.time("early"), late: try fields.time("late"))
        } else {
            guard let deadline, let minutes else { return nil }
            let start = deadline.advanced(
                byMilliseconds: -SLASchedule.milliseconds(minutes: minutes))
            self = SLASchedule(minutes: minutes, from: start, .aroundTheClock).warnings
        }
    }
}

extension SLAPause {
    fileprivate var record: Tree {
        .object([.init("from", .time(from)), .init("to", .time(to))])
    }

    fileprivate init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "pause")
        self.init(from: try fields.time("from"), to: try fields.time("to"))
    }
}

extension SLAFact {
    var record: Tree {
        .object([
            .init("clock", Tree(clock.rawValue)), .init("phase", Tree(phase.rawValue)),
            .init("deadlineAt", Tree(deadlineAt)),
            .init("percent", percent.map { Tree($0) } ?? .null),
        ])
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "sla fact")
        self.init(
            clock: try fields.code("clock"), phase: try fields.code("phase"),
            deadlineAt: try fields.optionalTime("deadlineAt"),
            percent: fields.optional("percent") == nil ? nil : try fields.int("percent"))
    }
}
