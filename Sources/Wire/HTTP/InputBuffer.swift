// Buffer of received bytes not parsed yet. It owns memory only while it holds bytes.

struct InputBuffer {
    private var bytes: [UInt8] = []
    /// Bytes before this one are consumed.
    private var start = 0
    /// Bytes before this one contain no LF: a slow line is not searched again and again.
    private var searched = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: Span<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            searched = max(0, searched - start)
            start = 0
        }
        bytes.append(more)
    }

    /// The next line's length with its end, or nil while it is incomplete.
    ///
    /// The result depends on the bytes alone and not on how they were split: a line is too long
    /// when its LF is not among the first `max` bytes, whether or not it has arrived.
    mutating func lineLength(max: Int) throws(TooLong) -> Int? {
        let end = min(bytes.count, start + max)
        if let index = bytes.span.index(of: 0x0A, from: Swift.max(start, searched), before: end) {
            return index - start + 1
        }
        searched = end
        if count >= max { throw TooLong() }
        return nil
    }

    struct TooLong: Error {}

    /// Lends the first `count` bytes.
    func withFirst<Result, Failure: Error>(
        _ count: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let end = start + min(count, self.count)
        return try body(bytes.span.extracting(start..<end))
    }

    mutating func consume(_ count: Int) {
        start += min(count, self.count)
        if isEmpty { self = InputBuffer() }
    }

    /// Returns and consumes the first bytes, at most `max`.
    mutating func take(_ max: Int) -> [UInt8] {
        if start == 0, bytes.count <= max {
            let all = bytes
            self = InputBuffer()
            return all
        }
        let taken = Array(bytes[start..<(start + min(max, count))])
        consume(taken.count)
        return taken
    }
}
