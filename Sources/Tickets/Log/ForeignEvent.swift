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

    /// Reads an event of another store or system.
    package convenience init(foreign record: Tree) throws(RecordError) {
        try self.init(record: record.withCleanLines())
    }

    /// The people whom the event names, as far as a ticket names them.
    package var people: [Person] {
        var people = [by]
        if let head = created {
            people += [head.client] + head.watchers
            if let holder = head.assignedTo { people.append(holder) }
        }
        for change in changes {
            people += change.to.people
            if let person = change.to.person { people.append(person) }
        }
        return people.filter { $0.role != .system }
    }

    /// Why no hub can have written the event, as the end of a sentence; nil: one can.
    package var fault: String? {
        guard (0..<Self.endOfTime).contains(at.milliseconds) else {
            return "its time is outside the range of times"
        }
        guard let head = created else { return nil }
        if head.title.isBlank { return "its title is empty" }
        if head.project.isBlank { return "its project is empty" }
        let start = Activity(seq: 1, messageCount: 0, updatedAt: at, lastMessage: nil)
        guard head.activity == start, head.publicActivity == start, head.reopenCount == 0 else {
            return "its ticket does not begin without messages"
        }
        return nil
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
                })
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
        if let field = firstField(missingIn: kept) { throw RecordError(field: field) }
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
