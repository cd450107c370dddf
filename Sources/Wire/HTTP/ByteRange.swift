// Byte range of a `Range` header (RFC 9110 §14).

package enum ByteRange: Sendable, Equatable {
    /// No range, one of another unit, or several at once, which a server may leave unheard.
    case whole
    case part(Range<Int>)
    /// 416: not one byte of it is there, or it is not well formed.
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
            // The last so many bytes.
            guard let count = number(last), count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
        guard let start = number(first), start < size else { return nil }
        if last.isEmpty { return start..<size }
        guard let end = number(last), end >= start else { return nil }
        return start..<min(size, end == .max ? size : end + 1)
    }

    /// More digits than any file has bytes count as the largest number.
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
