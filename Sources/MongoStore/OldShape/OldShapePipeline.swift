// The aggregation behind the view in the shape of an old portal's collection: see docs/nextjs.md.
//
// The fields of the snapshot come first and the two joins behind them, so that the server moves a
// condition on a plain field before the joins and reads only the tickets that it finds.

import Text
internal import Tickets

enum OldShapePipeline {
    static let stages: [Tree] = [.field("$project", fields), messages, history]

    // MARK: The ticket

    private static let fields: Tree = {
        let plain = [
            "number", "title", "description", "status", "priority", "category", "tags",
            "createdAt",
        ]
        let promises = ["targetHours", "deadlineAt", "breached", "resolvedAt"]
        return .object(
            plain.map { .init($0, .int(1)) } + [
                .init("project", reference("$project")),
                .init("client", reference("$client.id")),
                .init("assignedTo", reference("$assignedTo.id")),
                .init("watchers", people("$watchers")),
                .init(
                    "sla",
                    .object(
                        promises.map {
                            .init($0, .field("$ifNull", .array([.string("$sla.\($0)"), .null])))
                        })),
                .init("updatedAt", .string("$activity.updatedAt")),
            ])
    }()

    // MARK: Messages

    /// Without what the hub itself noted: the history has it, since the old roles have no system.
    private static let messages = joined(
        as: "messages",
        [
            .init("message", .field("$exists", .bool(true))),
            .init("by.role", .field("$ne", Tree(Role.system.rawValue))),
        ],
        [
            .field("$match", .field("$expr", .field("$not", .array([isNoteOfChange])))),
            .field("$sort", .field("seq", .int(1))),
            .field(
                "$project",
                .object([
                    .init("_id", .string("$message.id")),
                    .init("author", reference("$by.id")),
                    .init("role", .string("$by.role")),
                    .init("content", .string("$message.body")),
                    .init("internal", .string("$message.internal")),
                    .init("attachments", .field("$map", attachment)),
                    .init("createdAt", .string("$at")),
                ])),
        ])

    private static let attachment = Tree.object([
        .init("input", .string("$message.attachments")),
        .init(
            "in",
            .object([
                .init("name", .string("$$this.name")),
                .init(
                    "url",
                    .field(
                        "$concat",
                        .array([
                            .string("/api/files/"), .field("$toString", .string("$$this.id")),
                        ]))),
                .init("size", .string("$$this.size")),
                .init("type", .string("$$this.type")),
            ])),
    ])

    /// An internal message that came with a change, and without files, is the note of the change.
    private static let isNoteOfChange = Tree.field(
        "$and",
        .array([
            .string("$message.internal"),
            .field("$gt", .array([.string("$changes"), .null])),
            equal("$message.attachments", .array([])),
        ]))

    // MARK: History

    private static let history = joined(
        as: "history",
        [
            .init(
                "$or",
                .array([
                    .field("changes", .field("$exists", .bool(true))),
                    .object([
                        .init("by.role", Tree(Role.system.rawValue)),
                        .init("message", .field("$exists", .bool(true))),
                    ]),
                ]))
        ],
        [
            .field("$sort", .field("seq", .int(1))),
            .field(
                "$project",
                .object([
                    .init("at", .int(1)),
                    .init("by", reference("$by.id")),
                    .init("note", note),
                    .init("change", changes),
                ])),
            .field(
                "$unwind",
                .object([
                    .init("path", .string("$change")),
                    .init("includeArrayIndex", .string("place")),
                ])),
            .field(
                "$project",
                .object([
                    .init("_id", .int(0)),
                    .init("action", .string("$change.k")),
                    .init("from", end("from")),
                    .init("to", end("to")),
                    .init("by", .int(1)),
                    // Once, where several fields changed together.
                    .init("note", ifHolds(equal("$place", .int(0)), .string("$note"), removed)),
                    .init("at", .int(1)),
                ])),
        ])

    private static let note = ifHolds(
        .field(
            "$or",
            .array([isNoteOfChange, equal("$by.role", Tree(Role.system.rawValue))])),
        .string("$message.body"), removed)

    /// `[{k: FIELD, v: {from, to}}]`; a note of the hub is a line without a change.
    private static let changes = Tree.field(
        "$objectToArray",
        .field(
            "$ifNull",
            .array([
                .string("$changes"),
                .field("note", .object([.init("from", .null), .init("to", .null)])),
            ])))

    /// People and projects as references, anything else as it is.
    private static func end(_ name: String) -> Tree {
        let value = "$change.v.\(name)"
        func branch(_ field: String, _ then: Tree) -> Tree {
            .object([.init("case", equal("$change.k", Tree(field))), .init("then", then)])
        }
        return .field(
            "$switch",
            .object([
                .init(
                    "branches",
                    .array([
                        branch("assignedTo", reference("\(value).id")),
                        branch("watchers", people(value)),
                        branch("project", reference(value)),
                    ])),
                .init("default", Tree(value)),
            ]))
    }

    // MARK: Expressions

    /// An ObjectId where the text is one, as Mongoose writes references; else the text.
    private static func reference(_ path: String) -> Tree {
        .field(
            "$convert",
            .object([
                .init("input", Tree(path)), .init("to", .string("objectId")),
                .init("onError", Tree(path)), .init("onNull", .null),
            ]))
    }

    private static func people(_ path: String) -> Tree {
        .field(
            "$map",
            .object([.init("input", Tree(path)), .init("in", reference("$$this.id"))]))
    }

    private static func equal(_ path: String, _ value: Tree) -> Tree {
        .field("$eq", .array([Tree(path), value]))
    }

    private static func ifHolds(_ condition: Tree, _ then: Tree, _ otherwise: Tree) -> Tree {
        .field("$cond", .array([condition, then, otherwise]))
    }

    /// The field is left out.
    private static let removed = Tree.string("$$REMOVE")

    /// The ticket's events that meet the condition, found by the index of the log.
    private static func joined(
        as name: String, _ condition: [Tree.Field], _ stages: [Tree]
    ) -> Tree {
        let isOfTicket = Tree.Field("$expr", equal("$ticket", .string("$$ticket")))
        return .field(
            "$lookup",
            .object([
                .init("from", Tree(MongoCollection.events.rawValue)),
                .init("let", .field("ticket", .string("$_id"))),
                .init(
                    "pipeline",
                    .array([.field("$match", .object([isOfTicket] + condition))] + stages)),
                .init("as", Tree(name)),
            ]))
    }
}
