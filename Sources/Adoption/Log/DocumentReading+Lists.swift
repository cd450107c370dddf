// Messages and history: each array keeps its order, and later times clamp up.

import Text
import Tickets

extension DocumentReading {
    /// - Parameter notes: a list of its own for internal messages.
    mutating func readMessages(
        _ value: OldValue?, notes: OldValue?, into ticket: inout OldTicket
    ) throws(OldDocumentError) {
        let messages = try list(value, "message", areInternal: false, of: ticket)
        let notes = try list(notes, "note", areInternal: true, of: ticket)
        ticket.messages = notes.isEmpty ? messages : Self.merged(messages, notes)
        var used: Set<MessageID> = []
        for message in ticket.messages where !used.insert(message.id).inserted {
            throw OldDocumentError("two of its messages have the id \(message.id)")
        }
    }

    private mutating func list(
        _ value: OldValue?, _ kind: String, areInternal: Bool, of ticket: OldTicket
    ) throws(OldDocumentError) -> [OldMessage] {
        guard let value else { return [] }
        guard let items = value.items else {
            throw OldDocumentError("\(kind)s must be a list")
        }
        var messages: [OldMessage] = []
        messages.reserveCapacity(items.count)
        var last = ticket.createdAt
        var nth = 0
        for (index, item) in items.enumerated() {
            guard case .object = item else {
                throw OldDocumentError("\(kind) \(index + 1) is not an object")
            }
            let place = ListPlace(
                kind: kind, index: index, nthBefore: nth, areInternal: areInternal)
            let message = try message(item, place, after: last, of: ticket)
            nth = Self.nth(message.at, after: last, nth)
            last = message.at
            messages.append(message)
        }
        return messages
    }

    private struct ListPlace {
        let kind: String
        let index: Int
        let nthBefore: Int
        let areInternal: Bool
    }

    /// By time; each list keeps its order, and on a tie messages come first.
    private static func merged(_ messages: [OldMessage], _ notes: [OldMessage]) -> [OldMessage] {
        var merged: [OldMessage] = []
        merged.reserveCapacity(messages.count + notes.count)
        var rest = notes[...]
        for message in messages {
            while let note = rest.first, note.at < message.at {
                merged.append(note)
                rest.removeFirst()
            }
            merged.append(message)
        }
        return merged + rest
    }

    private mutating func message(
        _ item: OldValue, _ place: ListPlace, after last: Int64, of ticket: OldTicket
    ) throws(OldDocumentError) -> OldMessage {
        let fields = map.messages.sort(item)
        let content = try words(fields[.content], "messages.content") ?? ""
        let at = clampUp(
            try time(fields[.createdAt], "messages.createdAt"), after: last, "messages")
        var author = try person(fields[.author], "messages.author")
        let role =
            fields[.role] == nil
            ? author?.role : word(fields[.role], "messages.role", map.values.role)
        if author == nil {
            missing("messages.author")
        } else if let id = author?.id, fields[.role] == nil, map.values.role(id.string) != nil {
            // `from: "client"` is a role and not a person.
            author = OldPerson(id: id, role: map.values.role(id.string), isRoleAlone: true)
        }
        for field in fields.rest where !Self.isBookkeeping(field.name) && field.name != "updatedAt"
        {
            leftover(
                ExactText("messages.\(field.name)"), field.value,
                at: "\(place.kind)s[\(place.index + 1)].\(field.name)")
        }
        let id = messageID(
            fields[.id], place, nth: Self.nth(at, after: last, place.nthBefore), at: at, of: ticket)
        let files = attachments(
            fields[.attachments], of: id, at: at,
            "\(place.kind)s[\(place.index + 1)].attachments")
        return OldMessage(
            id: id, author: author, role: role, content: content,
            isInternal: flag(fields[.isInternal], "messages.internal") ?? place.areInternal,
            attachments: files, at: at)
    }

    /// An id that is no ObjectId gives another, the same in every run, and is counted.
    private mutating func messageID(
        _ value: OldValue?, _ place: ListPlace, nth: Int, at: Int64, of ticket: OldTicket
    ) -> MessageID {
        guard let value else { return derivedID(ticket, place.kind, nth, at: at) }
        let text = value.text ?? value.rendered(bytesMax: 1000)
        if let id = MessageID(text) { return id }
        missing("messages._id")
        var id = DerivedID()
        id.add("message")
        id.add(ticket.id.high)
        id.add(UInt64(ticket.id.low))
        id.add(text)
        return id.identifier(at: at)
    }

    mutating func readHistory(
        _ value: OldValue?, into ticket: inout OldTicket
    ) throws(OldDocumentError) {
        guard let value else { return }
        guard let items = value.items else { throw OldDocumentError("history must be a list") }
        ticket.history.reserveCapacity(items.count)
        var last = ticket.createdAt
        var nth = 0
        for (index, item) in items.enumerated() {
            guard case .object = item else {
                throw OldDocumentError("line \(index + 1) of its history is not an object")
            }
            let fields = map.history.sort(item)
            let at = clampUp(try time(fields[.at], "history.at"), after: last, "history")
            nth = Self.nth(at, after: last, nth)
            last = at
            if let change = try change(fields, nth, at: at, of: ticket) {
                ticket.history.append(change)
            }
            let said = action(of: fields)?.meaning
            for field in fields.rest
            where !["_id", "id", "__v"].contains(field.name) && !isSaid(field, by: said) {
                leftover(
                    ExactText("history.\(field.name)"), field.value,
                    at: "history[\(index + 1)].\(field.name)")
            }
        }
    }

    /// nil: the line only says that the ticket was created.
    private mutating func change(
        _ fields: SortedFields<HistoryField>, _ nth: Int, at: Int64, of ticket: OldTicket
    ) throws(OldDocumentError) -> OldChange? {
        let (word, action) = action(of: fields) ?? (nil, nil)
        if let word { found("history.action", word, action?.rawValue ?? "note") }
        let note = try words(fields[.note], "history.note")
        let made = try self.change(action, to: fields[.to])
        let before = try self.change(action, to: fields[.from])
        if made == nil, action == .created, note == nil { return nil }
        var text = note
        if made == nil, action != .note, action != .created {
            text = [Self.line(word, fields), note].compactMap { $0 }.joined(separator: "\n")
        } else if made == nil, note == nil {
            guard let value = fields[.to] else { return nil }
            text = value.rendered(bytesMax: OldTicketReader.textBytesMax)
        }
        return OldChange(
            change: made, before: before, by: try person(fields[.by], "history.by"), note: text,
            at: at, id: derivedID(ticket, "history", nth, at: at))
    }

    /// What a line is about: `{action: "updated", field: "status"}` says it in its second word.
    private func action(
        of fields: SortedFields<HistoryField>
    ) -> (word: String?, meaning: OldAction?)? {
        guard let word = fields[.action]?.text else { return nil }
        if let action = map.values.action(word) { return (word, action) }
        for field in fields.rest where Self.actionNames.contains(field.name) {
            if let other = field.value.text, let action = map.values.action(other) {
                return (other, action)
            }
        }
        return (word, nil)
    }

    /// Another name of what the line is about anyway.
    private func isSaid(_ field: OldField, by action: OldAction?) -> Bool {
        guard let action, Self.actionNames.contains(field.name) else { return false }
        return field.value.text.flatMap { map.values.action($0) } == action
    }

    private static let actionNames = Set(HistoryField.action.aliases)

    private mutating func change(
        _ action: OldAction?, to value: OldValue?
    ) throws(OldDocumentError) -> OldChange.Change? {
        switch action {
        case .status: word(value, "status", map.values.status).map { .status($0) }
        case .resolved: .status(.resolved)
        case .closed: .status(.closed)
        case .reopened:
            .status(value?.text.flatMap { map.values.status($0) } ?? .open)
        case .priority: word(value, "priority", map.values.priority).map { .priority($0) }
        case .category: word(value, "category", map.values.category).map { .category($0) }
        case .title: value?.text.map { .title(OneLine.cleaned(String($0.prefix(200)))) }
        case .project:
            (value?.text ?? value?["_id"]?.text).map {
                .project(ExactText(String(OneLine.cleaned($0).prefix(100))))
            }
        case .assignedTo: .assignedTo(try person(value, "history.to"))
        case .unassigned: .assignedTo(nil)
        case .note, .created, nil: nil
        }
    }

    /// A line of the history that is no change here, as text.
    private static func line(_ word: String?, _ fields: SortedFields<HistoryField>) -> String {
        let values = [fields[.from], fields[.to]].compactMap { $0?.rendered(bytesMax: 2000) }
        let name = word ?? "history"
        return values.isEmpty ? name : "\(name): \(values.joined(separator: " → "))"
    }

    // MARK: Order

    private mutating func clampUp(_ time: Int64?, after last: Int64, _ list: ExactText) -> Int64 {
        guard let time else {
            missing(ExactText("\(list).at"))
            return last
        }
        if time < last { clamp() }
        return max(time, last)
    }

    /// The place of an item among those of the same time. A list may lose its first items without
    /// giving the others new ids.
    private static func nth(_ at: Int64, after last: Int64, _ nth: Int) -> Int {
        at == last ? nth + 1 : 0
    }

    private func derivedID(
        _ ticket: OldTicket, _ kind: String, _ nth: Int, at: Int64
    ) -> MessageID {
        var id = DerivedID()
        id.add(kind)
        id.add(ticket.id)
        id.add(UInt64(bitPattern: at))
        id.add(UInt64(nth))
        return id.identifier(at: at)
    }
}
