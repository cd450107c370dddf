// Maps the fields of an old document to ours.

import Text

/// One kind of document, `Field` being its fields here.
struct FieldTable<Field: RawRepresentable<String> & CaseIterable & Hashable & Sendable>: Sendable {
    private struct Place {
        let field: Int
        let rank: Int
    }

    private var places: [ExactText: Place] = [:]
    /// Fields that `--map` takes from a path into the document.
    private var paths: [(field: Int, path: [ExactText])] = []
    private static var all: [Field] { Array(Field.allCases) }
    private let indexes: [Field: Int]

    /// - Parameter chosen: the names that `--map` gives, by ours; they win over the aliases.
    init(_ aliases: (Field) -> [ExactText], chosen: [ExactText: ExactText], prefix: String) {
        let all = Self.all
        indexes = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        for (index, field) in all.enumerated() {
            let theirs = chosen[ExactText(prefix + field.rawValue)]
            for (rank, name) in ([theirs].compactMap { $0 } + aliases(field)).enumerated() {
                // A name that the operator gave to one field belongs to no other.
                if rank > 0 || theirs == nil, places[name] != nil { continue }
                places[name] = Place(field: index, rank: rank)
            }
            if let theirs, theirs.split(at: ".").count > 1 {
                paths.append((index, theirs.split(at: ".")))
            }
        }
        for (index, field) in all.enumerated() {
            guard let theirs = chosen[ExactText(prefix + field.rawValue)] else { continue }
            places[theirs] = Place(field: index, rank: 0)
        }
    }

    func sort(_ document: OldValue) -> SortedFields<Field> {
        guard case .object(let fields) = document else {
            return SortedFields(indexes: indexes, values: [], rest: [])
        }
        var values = [OldValue?](repeating: nil, count: indexes.count)
        var ranks = [Int](repeating: .max, count: indexes.count)
        var names = [ExactText?](repeating: nil, count: indexes.count)
        var rest: [OldField] = []
        for field in fields {
            guard let place = places[field.name] else {
                rest.append(field)
                continue
            }
            if field.value.isMissing { continue }
            if place.rank > ranks[place.field] {
                rest.append(field)
                continue
            }
            if let before = values[place.field], let name = names[place.field] {
                rest.append(OldField(name, before))
            }
            (values[place.field], ranks[place.field]) = (field.value, place.rank)
            names[place.field] = field.name
        }
        for (field, path) in paths {
            if let value = document.value(at: path), !value.isMissing { values[field] = value }
        }
        return SortedFields(indexes: indexes, values: values, rest: rest)
    }
}

/// The fields of one document: ours, and the rest.
struct SortedFields<Field: Hashable & Sendable> {
    fileprivate let indexes: [Field: Int]
    fileprivate let values: [OldValue?]
    /// What has no place here, except what is missing.
    let rest: [OldField]

    fileprivate init(indexes: [Field: Int], values: [OldValue?], rest: [OldField]) {
        self.indexes = indexes
        self.values = values
        self.rest = rest.filter { !$0.value.isMissing }
    }

    /// nil: missing, null or empty.
    subscript(field: Field) -> OldValue? {
        guard let index = indexes[field], index < values.count else { return nil }
        return values[index]
    }
}
