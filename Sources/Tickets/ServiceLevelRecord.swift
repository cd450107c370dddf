// The clocks, to and from records.

extension ServiceLevel {
    var record: Record {
        .object([
            .init("targetHours", Record(targetHours)),
            .init("isTargetManual", .bool(isTargetManual)),
            .init("startedAt", .time(startedAt)), .init("deadlineAt", Record(deadlineAt)),
            .init("breached", .bool(breached)), .init("breachedAt", Record(breachedAt)),
            .init("resolvedAt", Record(resolvedAt)), .init("state", .string(state.rawValue)),
            .init("pausedAt", Record(pausedAt)), .init("pausedMs", .int(pausedMs)),
            .init("warnedPercent", Record(warnedPercent)),
            .init("firstResponse", firstResponse.record),
            .init("nextResponse", nextResponse.record),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "sla")
        self.init(startedAt: try fields.time("startedAt"))
        targetHours = try fields.optionalDouble("targetHours")
        isTargetManual = try fields.bool("isTargetManual")
        deadlineAt = try fields.optionalTime("deadlineAt")
        breached = try fields.bool("breached")
        breachedAt = try fields.optionalTime("breachedAt")
        resolvedAt = try fields.optionalTime("resolvedAt")
        state = try fields.code("state")
        pausedAt = try fields.optionalTime("pausedAt")
        pausedMs = try fields.int64("pausedMs")
        warnedPercent = try fields.int("warnedPercent")
        firstResponse = try ResponseClock(record: try fields.required("firstResponse"))
        nextResponse = try ResponseClock(record: try fields.required("nextResponse"))
    }
}

extension ResponseClock {
    var record: Record {
        .object([
            .init("targetMinutes", Record(targetMinutes)), .init("startedAt", Record(startedAt)),
            .init("deadlineAt", Record(deadlineAt)), .init("metAt", Record(metAt)),
            .init("breached", .bool(breached)), .init("warnedPercent", Record(warnedPercent)),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "clock")
        self.init()
        targetMinutes = try fields.optionalDouble("targetMinutes")
        startedAt = try fields.optionalTime("startedAt")
        deadlineAt = try fields.optionalTime("deadlineAt")
        metAt = try fields.optionalTime("metAt")
        breached = try fields.bool("breached")
        warnedPercent = try fields.int("warnedPercent")
    }
}

extension SLAFact {
    var record: Record {
        .object([
            .init("clock", .string(clock.rawValue)), .init("phase", .string(phase.rawValue)),
            .init("deadlineAt", Record(deadlineAt)),
            .init("percent", percent.map { Record($0) } ?? .null),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "sla fact")
        self.init(
            clock: try fields.code("clock"), phase: try fields.code("phase"),
            deadlineAt: try fields.optionalTime("deadlineAt"),
            percent: fields.optional("percent") == nil ? nil : try fields.int("percent"))
    }
}
