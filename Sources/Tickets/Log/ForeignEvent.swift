// Events that another store or an older system has written: their texts of one line get the form
// that commands give them, so that filters find them, and what only the rules could have made is
// checked.

package import Text

extension Person {
    /// Reads a person of another store.
    package init(foreign record: Tree) throws(RecordError) {
        try self.init(record: record.withCleanLines())
    }
}

extension TicketEvent {
    /// The year 10000, which RFC 3339 cannot write.
    private static let endOfTime: Int64 = 253_402_300_800_000
    /// Far from where numbers of JSON are not exact, since later tickets count on from it.
    private static let numbers = 1...999_999_999_999

    /// Reads an event of another store or system.
    package convenience init(foreign record: Tree) throws(RecordError) {
        try self.init(record: record.withCleanLines())
    }

    /// The people whom the event names, as far as a ticket names them; without the hub.
    package var people: [Person] { namedPeople.filter { $0.role != .system } }

    private var namedPeople: [Person] {
        var people = [by]
        if let opening = created {
            people += [opening.client] + opening.watchers
            if let holder = opening.assignedTo { people.append(holder) }
        }
        for change in changes {
            people += change.to.people
            if let person = change.to.person { people.append(person) }
        }
        return people
    }

    /// Why no hub can have written the event, as the end of a sentence; nil: one can.
    package var fault: String? {
        if let fault = faultOfTime ?? faultOfPeople ?? faultOfLines ?? faultOfKey { return fault }
        guard let opening = created else { return nil }
        guard Self.numbers.contains(opening.number) else {
            return "its number \(opening.number) is not one of 1 to \(Self.numbers.upperBound)"
        }
        let start = Activity(seq: 1, messageCount: 0, updatedAt: at, lastMessage: nil)
        guard opening.activity == start, opening.publicActivity == start, opening.reopenCount == 0
        else {
            return "its ticket does not begin without messages"
        }
        return nil
    }

    /// Before 1970, or after what RFC 3339 can write.
    package var faultOfTime: String? {
        (0..<Self.endOfTime).contains(at.milliseconds)
            ? nil : "its time is outside the range of times"
    }

    private var faultOfPeople: String? {
        for person in everybody where person != .hub {
            if let fault = person.fault { return fault }
        }
        let ids = (message?.mentions ?? []) + selfWatching + (created?.selfWatching ?? [])
        return ids.lazy.compactMap { Person.fault(of: $0) }.first
    }

    /// `people`, those before a change, who redacted, and the hub.
    private var everybody: [Person] {
        let before = changes.flatMap { $0.from.people + ($0.from.person.map { [$0] } ?? []) }
        let redactors = [created?.redacted?.by, message?.redacted?.by].compactMap { $0 }
        return namedPeople + before + redactors
    }

    /// Of the texts of one line, which no command can leave empty or make longer.
    private var faultOfLines: String? {
        let limits = ContentLimits()
        var lines: [(name: String, text: String, limit: Int)] = []
        if let created {
            lines.append(("title", created.title, limits.titleCharacters))
            lines.append(("project", created.project.string, limits.projectCharacters))
            lines += created.tags.map { ("tag", $0.string, limits.tagCharacters) }
        }
        for change in changes {
            switch change.field {
            case .title:
                lines.append(("title", change.to.text?.string ?? "", limits.titleCharacters))
            case .project:
                lines.append(("project", change.to.text?.string ?? "", limits.projectCharacters))
            case .tags:
                lines += change.to.texts.map { ("tag", $0.string, limits.tagCharacters) }
            default: break
            }
        }
        for (name, text, limit) in lines {
            if text.isBlank { return "its \(name) is empty" }
            if text.count > limit { return "its \(name) has over \(limit) characters" }
        }
        return nil
    }
}

extension TicketEvent {
    /// Every version has had these limits, and no setting changes them.
    private var faultOfKey: String? {
        guard let key else { return nil }
        if key.isEmpty { return "its key is empty" }
        let limit = ContentLimits().keyCharacters
        return key.utf8.count <= 4 * limit && key.string.count <= limit
            ? nil : "its key has over \(limit) characters"
    }
}

extension Person {
    /// Why a log of another store cannot name the person so; nil: it can.
    package var fault: String? {
        role == .system
            ? "“\(id.excerpt)” has the role system, which is the hub's own" : Self.fault(of: id)
    }

    /// Why nobody in a log of another store can have the id.
    package static func fault(of id: ExactText) -> String? {
        id.faultAsLoggedPerson.map { "the person's id “\(id.excerpt)” \($0.description)" }
    }
}

extension Tree {
    /// Fields of events and people whose texts are of one line, at any depth.
    private static let lines: Set<ExactText> = ["title", "project", "tags", "name"]

    fileprivate func withCleanLines() -> Tree {
        switch self {
        case .array(let items): .array(items.map { $0.withCleanLines() })
        case .object(let fields):
            .object(
                fields.map { field in
                    let isLine = Self.lines.contains(field.name)
                    return Field(
                        field.name, isLine ? field.value.cleaned() : field.value.withCleanLines())
                }.withNameOfPerson())
        default: self
        }
    }

    /// Texts that are the same afterwards, such as tags, stay once.
    private func cleaned() -> Tree {
        switch self {
        case .string(let text): return Tree(OneLine.cleaned(text))
        case .array(let items):
            var kept: [Tree] = []
            for item in items.map({ $0.cleaned() }) where !kept.contains(item) { kept.append(item) }
            return .array(kept)
        case .object(let fields):
            return .object(fields.map { Field($0.name, $0.value.cleaned()) })
        default: return self
        }
    }

    /// Throws with the first field that `kept`, the same record read and written again, lacks.
    package func requireNothingMore(than kept: Tree) throws(RecordError) {
        if let field = firstField(missingIn: kept) { throw RecordError(unknown: field) }
    }

    private func firstField(missingIn kept: Tree) -> ExactText? {
        switch (self, kept) {
        case (.object(let fields), .object(let keptFields)):
            for field in fields where !field.value.isAbsent {
                guard let counterpart = keptFields.first(where: { $0.name == field.name }) else {
                    return field.name
                }
                if let name = field.value.firstField(missingIn: counterpart.value) { return name }
            }
            return nil
        case (.array(let items), .array(let keptItems)):
            return zip(items, keptItems).lazy.compactMap { $0.firstField(missingIn: $1) }.first
        default: return nil
        }
    }

    /// Fields with such values are left out when a record is written.
    private var isAbsent: Bool {
        switch self {
        case .null, .bool(false): true
        case .array(let items): items.isEmpty
        default: false
        }
    }
}

extension [Tree.Field] {
    /// The fields of a person without a name, who is called by their id as with a token. Stores of
    /// earlier versions have such people.
    fileprivate func withNameOfPerson() -> [Tree.Field] {
        guard contains(where: { $0.name == "role" }),
            let id = first(where: { $0.name == "id" })?.value.textValue,
            let place = firstIndex(where: { $0.name == "name" }),
            self[place].value.textValue?.string.isBlank == true
        else { return self }
        var fields = self
        fields[place] = Tree.Field("name", Tree(id))
        return fields
    }
}
