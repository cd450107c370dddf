// Converts events to and from records. Absent fields are left out, so a plain message stays small.

package import Text

extension TicketEvent {
    package var record: Tree {
        var fields: [Tree.Field] = [
            .init("ticket", Tree(ticket)), .init("seq", Tree(seq)),
            .init("publicPrev", Tree(publicPrev)), .init("at", .time(at)),
            .init("by", by.record), .init("cause", Tree(cause.rawValue)),
            .init("kind", Tree(kind.rawValue)), .init("isPublic", .bool(isPublic)),
        ]
        if let created { fields.append(.init("head", created.record)) }
        if let message { fields.append(.init("message", message.record)) }
        if !changes.isEmpty {
            let changes = changes.map { Tree.Field($0.field.rawValue, $0.record) }
            fields.append(.init("changes", .object(changes)))
        }
        if !selfWatching.isEmpty {
            fields.append(.init("selfWatching", Tree(selfWatching)))
        }
        if isByRequester { fields.append(.init("byRequester", .bool(true))) }
        if !sla.isEmpty { fields.append(.init("sla", .array(sla.map(\.record)))) }
        if let slaAfter { fields.append(.init("slaAfter", slaAfter.record)) }
        if let redaction { fields.append(.init("redaction", redaction.record)) }
        if let origin {
            // Most are messages under their own id.
            fields.append(.init("origin", origin == message?.id ? .bool(true) : Tree(origin)))
        }
        if let key {
            fields.append(.init("key", Tree(key)))
            fields.append(.init("fingerprint", .int(Int64(bitPattern: fingerprint))))
        }
        return .object(fields)
    }

    package convenience init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "event")
        let key = try fields.optionalText("key")
        let message = try fields.optional("message").map { record throws(RecordError) in
            try Message(record: record)
        }
        let origin: MessageID? =
            switch fields.optional("origin") {
            case nil: nil
            case .bool(true)?: message?.id
            default: try fields.id("origin")
            }
        self.init(
            ticket: try fields.id("ticket"), seq: try fields.count("seq"),
            publicPrev: try fields.count("publicPrev"), at: try fields.time("at"),
            by: try Person(record: try fields.required("by")), cause: try fields.code("cause"),
            kind: try fields.code("kind"),
            created: try fields.optional("head").map { record throws(RecordError) in
                try Ticket(record: record)
            },
            message: message,
            changes: try FieldChange.list(record: fields.optional("changes")),
            sla: try fields.array("sla").map { record throws(RecordError) in
                try SLAFact(record: record)
            },
            slaAfter: try fields.optional("slaAfter").map { record throws(RecordError) in
                try ServiceLevel(record: record)
            },
            redaction: try fields.optional("redaction").map { record throws(RecordError) in
                try Redaction(record: record)
            },
            key: key,
            fingerprint: key == nil ? 0 : UInt64(bitPattern: Int64(try fields.int("fingerprint"))),
            selfWatching: try fields.texts("selfWatching"),
            isByRequester: try fields.bool("byRequester"), origin: origin)
    }
}

extension Message {
    var record: Tree {
        .object(
            [
                .init("id", Tree(id)), .init("body", Tree(body)),
                .init("internal", .bool(isInternal)),
                .init("mentions", Tree(mentions)),
                .init("attachments", .array(attachments.map(\.record))),
            ] + (redacted.map { [.init("redacted", $0.record)] } ?? []))
    }

    init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "message")
        self.init(
            id: try fields.id("id"), body: try fields.string("body"),
            isInternal: try fields.bool("internal"), mentions: try fields.texts("mentions"),
            attachments: try fields.array("attachments").map { record throws(RecordError) in
                try Attachment(record: record)
            },
            redacted: try RedactionMark.optional("redacted", in: fields))
    }
}

extension RedactionMark {
    var record: Tree {
        .object([
            .init("by", by.record), .init("at", .time(at)), .init("reason", Tree(reason)),
        ])
    }

    static func optional(
        _ name: ExactText, in fields: RecordReader
    ) throws(RecordError) -> RedactionMark? {
        try fields.optional(name).map { record throws(RecordError) in
            let mark = try RecordReader(record, name)
            return RedactionMark(
                by: try Person(record: try mark.required("by")), at: try mark.time("at"),
                reason: try mark.string("reason"))
        }
    }
}

extension Redaction {
    fileprivate var record: Tree {
        .object([
            .init("seq", Tree(seq)), .init("isPublic", .bool(isPublic)),
            .init("reason", Tree(reason)),
        ])
    }

    fileprivate init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "redaction")
        self.init(
            seq: try fields.count("seq"), isPublic: try fields.bool("isPublic"),
            reason: try fields.string("reason"))
    }
}
