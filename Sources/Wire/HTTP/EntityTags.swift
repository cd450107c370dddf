// The lists of entity tags in `If-Match` and `If-None-Match` (RFC 9110 §8.8.3, §13.1).

package import Text

package struct EntityTag: Sendable, Equatable {
    package let isWeak: Bool
    /// The text between the quotes.
    package let value: ExactText
}

package enum EntityTags: Sendable, Equatable {
    /// `*`: any tag.
    case any
    case listed([EntityTag])
    /// Neither `*` nor a list of quoted tags.
    case malformed

    /// Nil when no field has that (lower-case) name. Several fields form one list.
    package init?(_ headers: Headers, _ name: ExactText) {
        let values = headers.all(name)
        guard !values.isEmpty else { return nil }
        if values == ["*"] {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        for value in values where !Self.read(value.utf8.span, into: &tags) {
            self = .malformed
            return
        }
        self = tags.isEmpty ? .malformed : .listed(tags)
    }

    /// The weak comparison, which validates a copy. `tag` includes its quotes.
    package func includes(_ tag: String) -> Bool {
        switch self {
        case .any: true
        case .listed(let tags): tags.contains { ExactText("\"\($0.value)\"") == ExactText(tag) }
        case .malformed: false
        }
    }

    private static func read(_ list: Span<UInt8>, into tags: inout [EntityTag]) -> Bool {
        var position = 0
        while true {
            // Empty members are ignored (§5.6.1).
            while position < list.count,
                ASCII.isBlank(list[position]) || list[position] == UInt8(ascii: ",")
            {
                position += 1
            }
            guard position < list.count else { return true }
            guard let tag = tag(list, at: &position) else { return false }
            tags.append(tag)
            while position < list.count, ASCII.isBlank(list[position]) { position += 1 }
            guard position == list.count || list[position] == UInt8(ascii: ",") else {
                return false
            }
        }
    }

    /// A comma between quotes belongs to the tag.
    private static func tag(_ list: Span<UInt8>, at position: inout Int) -> EntityTag? {
        var isWeak = false
        if position + 1 < list.count, list[position] == UInt8(ascii: "W"),
            list[position + 1] == UInt8(ascii: "/")
        {
            isWeak = true
            position += 2
        }
        guard position < list.count, list[position] == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        let quote = list.index(of: UInt8(ascii: "\""), from: start, before: list.count)
        guard let quote, let value = String(validating: list.extracting(start..<quote)) else {
            return nil
        }
        position = quote + 1
        return EntityTag(isWeak: isWeak, value: ExactText(value))
    }
}
