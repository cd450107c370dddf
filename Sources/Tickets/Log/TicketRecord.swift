// Converts snapshots and their parts to and from records.

import Text

extension Person {
    package var record: Record {
        .object([
            .init("id", Record(id)), .init("name", .string(name)),
            .init("role", .string(role.rawValue)),
        ])
    }

    package init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "person")
        self.init(
            id: try fields.text("id"), name: try fields.string("name"),
            role: try fields.code("role"))
    }
}

extension Attachment {
    var record: Record {
        .object([
            .init("id", Record(id)), .init("name", .string(name)), .init("type", .string(type)),
            .init("size", Record(size)),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "attachment")
        self.init(
            id: try fields.id("id"), name: try fields.string("name"),
            type: try fields.string("type"), size: try fields.count("size"))
    }
}

extension Activity {
    var record: Record {
        .object([
            .init("seq", Record(seq)), .init("messageCount", Record(messageCount)),
            .init("updatedAt", .time(updatedAt)),
            .init("lastMessage", lastMessage.map(\.record) ?? .null),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "activity")
        self.init(
            seq: try fields.count("seq"), messageCount: try fields.count("messageCount"),
            updatedAt: try fields.time("updatedAt"),
            lastMessage: try fields.optional("lastMessage").map { record throws(RecordError) in
                try LastMessage(record: record)
            })
    }
}

extension LastMessage {
    var record: Record {
        .object(
            [
                .init("seq", Record(seq)), .init("at", .time(at)),
                .init("authorRole", .string(authorRole.rawValue)),
                .init("excerpt", .string(excerpt)),
            ] + (isRedacted ? [.init("redacted", .bool(true))] : []))
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "lastMessage")
        self.init(
            seq: try fields.count("seq"), at: try fields.time("at"),
            authorRole: try fields.code("authorRole"), excerpt: try fields.string("excerpt"),
            isRedacted: try fields.bool("redacted"))
    }
}

extension ComposeTrail {
    var record: Record {
        .object([
            .init("publicMessageSeq", Record(publicMessageSeq)),
            .init("publicMessageAuthor", Record(publicMessageAuthor)),
            .init("otherAuthorSeq", Record(otherAuthorSeq)), .init("statusSeq", Record(statusSeq)),
        ])
    }

    init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "trail")
        self.init()
        publicMessageSeq = try fields.count("publicMessageSeq")
        publicMessageAuthor = try fields.text("publicMessageAuthor")
        otherAuthorSeq = try fields.count("otherAuthorSeq")
        statusSeq = try fields.count("statusSeq")
    }
}

extension Ticket {
    /// The whole snapshot, under the stores' names.
    package var record: Record {
        var fields: [Record.Field] = [
            .init("id", Record(id)), .init("number", Record(number)),
        ]
        append(TicketField.labels, to: &fields)
        fields.append(.init("description", .string(description)))
        append(TicketField.codes, to: &fields)
        fields.append(.init("client", client.record))
        append(TicketField.groups, to: &fields)
        fields += [
            .init("attachments", .array(attachments.map(\.record))), .init("sla", sla.record),
            .init("activity", activity.record), .init("publicActivity", publicActivity.record),
            .init("trail", trail.record), .init("waitingSince", Record(waitingSince)),
            .init("reopenCount", Record(reopenCount)), .init("createdAt", .time(createdAt)),
            .init("closedAt", Record(closedAt)),
        ]
        // Older stores lack this field: all their watches open the ticket.
        if !selfWatching.isEmpty {
            fields.append(.init("selfWatching", Record(selfWatching)))
        }
        if let redacted { fields.append(.init("redacted", redacted.record)) }
        append(TicketField.added.filter { $0.value(of: self) != .empty }, to: &fields)
        return .object(fields)
    }

    private func append(_ fields: [TicketField], to record: inout [Record.Field]) {
        for field in fields {
            record.append(.init(field.rawValue, field.value(of: self).record))
        }
    }

    package init(record: Record) throws(RecordError) {
        let fields = try RecordReader(record, "ticket")
        self.init(
            id: try fields.id("id"), number: try fields.int("number"),
            project: "", title: "", description: try fields.string("description"),
            category: .incident, status: .open, priority: .normal,
            client: try Person(record: try fields.required("client")), assignedTo: nil,
            watchers: [], tags: [],
            attachments: try fields.array("attachments").map { record throws(RecordError) in
                try Attachment(record: record)
            },
            sla: try ServiceLevel(record: try fields.required("sla")),
            activity: try Activity(record: try fields.required("activity")),
            publicActivity: try Activity(record: try fields.required("publicActivity")),
            trail: try ComposeTrail(record: try fields.required("trail")),
            waitingSince: try fields.optionalTime("waitingSince"),
            reopenCount: try fields.count("reopenCount"), createdAt: try fields.time("createdAt"),
            closedAt: try fields.optionalTime("closedAt"),
            redacted: try RedactionMark.optional("redacted", in: fields),
            selfWatching: try fields.texts("selfWatching"))
        let always = TicketField.labels + TicketField.codes + TicketField.groups
        for field in always + TicketField.added.filter({ fields.optional($0.rawValue) != nil }) {
            field.set(try field.kind.value(field.rawValue, in: fields), in: &self)
        }
    }
}
