// How old documents are read: the tables of fields and values, with what `--map` adds.

import Text
import Wire

package struct AdoptionMap: Sendable {
    let tickets: FieldTable<OldTicketField>
    let messages: FieldTable<MessageField>
    let history: FieldTable<HistoryField>
    let sla: FieldTable<SLAField>
    let people: FieldTable<PersonField>
    let files: FieldTable<FileField>
    let values: ValueTables

    /// Without `--map`.
    package init() { self.init(chosen: [:], values: ValueTables()) }

    private init(chosen: [ExactText: ExactText], values: ValueTables) {
        tickets = FieldTable({ $0.aliases }, chosen: chosen, prefix: "")
        messages = FieldTable({ $0.aliases }, chosen: chosen, prefix: "messages.")
        history = FieldTable({ $0.aliases }, chosen: chosen, prefix: "history.")
        sla = FieldTable({ $0.aliases }, chosen: chosen, prefix: "sla.")
        people = FieldTable({ $0.aliases }, chosen: chosen, prefix: "users.")
        files = FieldTable({ $0.aliases }, chosen: chosen, prefix: "attachments.")
        self.values = values
    }

    /// `{"fields": {OURS: THEIRS}, "values": {FIELD: {THEIRS: OURS}}}`. OURS is a field of a
    /// ticket, or `messages.`, `history.`, `sla.`, `users.` or `attachments.` and a field of those; THEIRS may be a
    /// path such as `meta.state`.
    package init(json bytes: [UInt8]) throws(OldDocumentError) {
        let json: Tree
        do {
            json = try JSONReader.parse(bytes, maxMembers: 10_000)
        } catch {
            throw OldDocumentError(error.description)
        }
        guard let members = json.objectValue else { throw OldDocumentError("it is not an object") }
        var chosen: [ExactText: ExactText] = [:]
        var values = ValueTables()
        for member in members {
            switch member.name {
            case "fields":
                for field in try Self.object(member) {
                    guard Self.known.contains(field.name) else {
                        throw OldDocumentError("there is no field “\(field.name.excerpt)”")
                    }
                    chosen[field.name] = try Self.text(field)
                }
            case "values":
                for field in try Self.object(member) {
                    for value in try Self.object(field) {
                        let ours = try Self.text(value)
                        guard values.add(field.name, value.name.string, ours) else {
                            throw OldDocumentError(
                                "“\(ours.excerpt)” is no \(field.name.excerpt) of a ticket")
                        }
                    }
                }
            default: throw OldDocumentError("“\(member.name.excerpt)” is neither fields nor values")
            }
        }
        self.init(chosen: chosen, values: values)
    }

    private static let known = Set(
        names(OldTicketField.self, "") + names(MessageField.self, "messages.")
            + names(HistoryField.self, "history.") + names(SLAField.self, "sla.")
            + names(PersonField.self, "users.") + names(FileField.self, "attachments."))

    private static func names<Field: RawRepresentable<String> & CaseIterable>(
        _ fields: Field.Type, _ prefix: String
    ) -> [ExactText] {
        fields.allCases.map { ExactText(prefix + $0.rawValue) }
    }

    private static func object(_ member: Tree.Field) throws(OldDocumentError) -> [Tree.Field] {
        guard let members = member.value.objectValue else {
            throw OldDocumentError("“\(member.name.excerpt)” is not an object")
        }
        return members
    }

    private static func text(_ member: Tree.Field) throws(OldDocumentError) -> ExactText {
        guard let text = member.value.textValue else {
            throw OldDocumentError("“\(member.name.excerpt)” is not a text")
        }
        return text
    }
}
