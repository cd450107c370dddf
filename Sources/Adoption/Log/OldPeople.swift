// The people of the old system: from its collection of users, and as documents name them.

import Algorithms
package import Text
import Tickets

package struct OldPeople: Sendable {
    private struct Entry: Sendable {
        let name: String
        let role: Role?
    }

    private var entries: [ExactText: Entry] = [:]
    /// Ids by name, as far as a name belongs to one person.
    private var ids: [Folded: ExactText?] = [:]
    /// Roles without a meaning, each with one person who has it.
    package private(set) var notUnderstood: [ExactText: ExactText] = [:]

    package init() {}

    package var count: Int { entries.count }

    /// Adds a document of the collection of users.
    package mutating func add(_ document: OldValue, _ map: AdoptionMap) {
        guard let person = Self.person(document, map) else { return }
        let role = person.role
        if role == nil, let word = map.people.sort(document)[.role]?.text {
            notUnderstood[ExactText(word.excerpt)] = person.id
        }
        guard let name = person.name else {
            entries[person.id] = Entry(name: person.id.string, role: role)
            return
        }
        entries[person.id] = Entry(name: name, role: role)
        ids.updateValue(ids.keys.contains(Folded(name)) ? nil : person.id, forKey: Folded(name))
    }

    /// A reference: an id, a name, or an object with them; nil: nobody.
    static func person(_ value: OldValue?, _ map: AdoptionMap) -> OldPerson? {
        guard let value, !value.isMissing else { return nil }
        guard case .object = value else {
            return value.text.map { OldPerson(id: ExactText($0)) }
        }
        let fields = map.people.sort(value)
        let full = [fields[.firstName]?.text, fields[.lastName]?.text].compactMap { $0 }
        let name =
            fields[.name]?.text ?? (full.isEmpty ? nil : full.joined(separator: " "))
            ?? fields[.email]?.text
        guard let id = fields[.id]?.text ?? fields[.email]?.text ?? name else { return nil }
        return OldPerson(
            id: ExactText(id), name: name,
            role: fields[.role]?.text.flatMap { map.values.role($0) })
    }

    /// The person as events name them. An unknown id is its own name.
    /// - Parameter role: what the document says of them there.
    func person(_ old: OldPerson, as role: Role) -> Person {
        var id = old.id
        if entries[id] == nil, old.name == nil, let named = ids[Folded(id.string)] ?? nil {
            id = named
        }
        if let automatic = Self.hub(id) { return automatic }
        let entry = entries[id]
        let name = OneLine.cleaned(entry?.name ?? old.name ?? id.string)
        let safe = id.faultAsPerson == nil ? id : Self.cleaned(id)
        return Person(
            id: safe, name: name.isBlank ? safe.string : String(name.prefix(200)),
            role: entry?.role ?? old.role ?? role)
    }

    /// nil: unknown.
    func role(of id: ExactText) -> Role? { entries[id]?.role }

    /// What the old system did by itself.
    private static func hub(_ id: ExactText) -> Person? {
        ["system", "système", "bot", "cron"].contains(id) ? .hub : nil
    }

    private static func cleaned(_ id: ExactText) -> ExactText {
        let cleaned = OneLine.cleaned(id)
        let given = cleaned.isBlank ? ExactText("unknown") : cleaned
        switch given.faultAsPerson {
        case nil: return given
        case .tooLong: return shortened(given)
        default: return ExactText("old-\(given)")
        }
    }

    /// Its beginning, and a digest that tells it from others with the same beginning.
    private static func shortened(_ id: ExactText) -> ExactText {
        var digest = FNV1a()
        digest.add(id.utf8)
        let room = ExactText.personBytesMax - 24
        // At the end of a character of at most four bytes.
        let kept = (room - 3...room).compactMap { String(id.string.utf8.prefix($0)) }.last ?? ""
        return ExactText("old-\(kept)-\(String(digest.value, radix: 16))")
    }
}
