// Converts snapshots and their parts to and from records.

package import Text

extension Person {
    package var record: Tree {
        .object([
            .init("id", Tree(id)), .init("name", Tree(name)),
            .init("role", Tree(role.rawValue)),
        ])
    }

    package init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "person")
        self.init(
            id: try fields.text("id"), name: try fields.string("name"),
            role: try fields.code("role"))
    }
}

extension Attachment {
    var record: Tree {
        .object([
            .init("id", Tree(id)), .init("name", Tree(name)), .init("type", Tree(type)),
            .init("size", Tree(size)),
        ])
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "attachment")
        self.init(
            id: try fields.id("id"), name: try fields.string("name"),
            type: try fields.string("type"), size: try fields.count("size"))
    }
}

extension Activity {
    var record: Tree {
        .object([
            .init("seq", Tree(seq)), .init("messageCount", Tree(messageCount)),
            .init("updatedAt", .time(updatedAt)),
            .init("lastMessage", lastMessage.map(\.record) ?? .null),
        ])
    }

    init(record: Tree) throws(RecordError) {
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
    var record: Tree {
        .object(
            [
                .init("seq", Tree(seq)), .init("at", .time(at)),
                .init("authorRole", Tree(authorRole.rawValue)),
                .init("excerpt", Tree(excerpt)),
            ] + (isRedacted ? [.init("redacted", .bool(true))] : []))
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "lastMessage")
        self.init(
            seq: try fields.count("seq"), at: try fields.time("at"),
            authorRole: try fields.code("authorRole"), excerpt: try fields.string("excerpt"),
            isRedacted: try fields.bool("redacted"))
    }
}

extension ComposeTrail {
    var record: Tree {
        .object([
            .init("publicMessageSeq", Tree(publicMessageSeq)),
            .init("publicMessageAuthor", Tree(publicMessageAuthor)),
            .init("otherAuthorSeq", Tree(otherAuthorSeq)), .init("statusSeq", Tree(statusSeq)),
        ])
    }

    init(record: Tree) throws(RecordError) {
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
    package var record: Tree {
        var fields: [Tree.Field] = [
            .init("id", Tree(id)), .init("number", Tree(number)),
        ]
        append(TicketField.labels, to: &fields)
        fields.append(.init("description", Tree(description)))
        append(TicketField.codes, to: &fields)
        fields.append(.init("client", client.record))
        append(TicketField.groups, to: &fields)
        fields += [
            .init("attachments", .array(attachments.map(\.record))), .init("sla", sla.record),
            .init("activity", activity.record), .init("publicActivity", publicActivity.record),
            .init("trail", trail.record), .init("waitingSince", Tree(waitingSince)),
            .init("reopenCount", Tree(reopenCount)), .init("createdAt", .time(createdAt)),
            .init("closedAt", Tree(closedAt)),
        ]
        // Older stores lack this field: all their watches open the ticket.
        if !selfWatching.isEmpty {
            fields.append(.init("selfWatching", Tree(selfWatching)))
        }
        if let redacted { fields.append(.init("redacted", redacted.record)) }
        append(TicketField.added.filter { $0.value(of: self) != .empty }, to: &fields)
        return .object(fields)
    }

    private func append(_ fields: [TicketField], to record: inout [Tree.Field]) {
        for field in fields {
            record.append(.init(field.rawValue, field.value(of: self).record))
        }
    }

    package init(record: Tree) throws(RecordError) {
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
        for field in always + TicketField.added.filter({ fields.optional($0.name) != nil }) {
            field.set(try field.kind.value(field.name, in: fields), in: &self)
        }
    }
}
