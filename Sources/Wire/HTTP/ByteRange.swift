// Byte range of a `Range` header (RFC 9110 §14).

package enum ByteRange: Sendable, Equatable {
    /// No range, another unit, or several ranges, which a server may ignore.
    case whole
    case part(Range<Int>)
    /// 416: none of its bytes exist, or it is not well formed.
    case unsatisfiable

    /// - Parameter size: bytes of the whole.
    package init(_ header: String?, size: Int) {
        guard let header, let equals = header.firstIndex(of: "="),
            ASCII.equalsIgnoringCase(header[..<equals], "bytes")
        else {
            self = .whole
            return
        }
        let ranges = header[header.index(after: equals)...]
        guard !ranges.contains(",") else {
            self = .whole
            return
        }
        let ends = ranges.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2,
            let range = Self.range(Self.trimmed(ends[0]), Self.trimmed(ends[1]), size)
        else {
            self = .unsatisfiable
            return
        }
        self = .part(range)
    }

    private static func range(_ first: Substring, _ last: Substring, _ size: Int) -> Range<Int>? {
        if first.isEmpty {
            // A suffix range: the last `count` bytes.
            guard let count = number(last), count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
        guard let start = number(first), start < size else { return nil }
        if last.isEmpty { return start..<size }
        guard let end = number(last), end >= start else { return nil }
        return start..<min(size, end == .max ? size : end + 1)
    }

    /// Too many digits count as the largest number.
    private static func number(_ text: Substring) -> Int? {
        let isDigits = !text.isEmpty && text.utf8.allSatisfy(ASCII.isDigit)
        return isDigits ? Int(text) ?? .max : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, ASCII.isBlank(first) { text = text.dropFirst() }
        while let last = text.utf8.last, ASCII.isBlank(last) { text = text.dropLast() }
        return text
    }
}
