// Converts between byte arrays, borrowed bytes and strings: the only file that does it unsafely.

extension [UInt8] {
    /// Appends borrowed bytes with one copy; `Array` itself takes no `Span` yet.
    package mutating func append(_ bytes: Span<UInt8>) {
        // SAFETY: the pointer stays inside the closure and `append` copies from it.
        unsafe bytes.withUnsafeBufferPointer { unsafe self.append(contentsOf: $0) }
    }
}

extension MutableSpan<UInt8> {
    /// Copies borrowed bytes to `start`. They must fit.
    mutating func put(_ bytes: Span<UInt8>, at start: Int) {
        precondition(start >= 0 && bytes.count <= count - start, "no room for these bytes")
        unsafe withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            // SAFETY: the room from `start` on was checked above.
            var end = unsafe first + start
            unsafe end.put(bytes)
        }
    }
}

extension MutableSpan<UInt8> {
    /// Writes four bytes, the lowest one first.
    @inline(__always)
    mutating func put(_ bytes: UInt32, at start: Int) {
        precondition(start >= 0 && start <= count - 4, "no room for these bytes")
        unsafe withUnsafeMutableBytes { room in
            // SAFETY: checked above; any alignment is allowed.
            unsafe room.storeBytes(of: bytes.littleEndian, toByteOffset: start, as: UInt32.self)
        }
    }
}

/// What the writers of JSON and of numbers append for nearly every value, each with one check for
/// room: a check for every byte took most of their instructions.
extension [UInt8] {
    /// Appends `content` in quotes, after a comma and before a colon if these are wanted.
    @inline(__always)
    mutating func appendQuoted(_ content: Span<UInt8>, afterComma: Bool, beforeColon: Bool) {
        unsafe append(room: content.count + 4) { start in
            var end = unsafe start
            if afterComma { unsafe end.put(UInt8(ascii: ",")) }
            unsafe end.put(UInt8(ascii: "\""))
            unsafe end.put(content)
            unsafe end.put(UInt8(ascii: "\""))
            if beforeColon { unsafe end.put(UInt8(ascii: ":")) }
            return unsafe end - start
        }
    }

    /// Appends the last `count` bytes of `digits`, at most 20.
    @inline(__always)
    mutating func append(last count: Int, of digits: InlineArray<20, UInt8>) {
        unsafe append(room: 20) { start in
            for place in 0..<count {
                // SAFETY: 20 bytes have room, and the subscript of `digits` is checked.
                unsafe start[place] = digits[20 - count + place]
            }
            return count
        }
    }

    /// Appends what `write` puts at the address that it gets: at most `room` bytes, of which it
    /// returns the number.
    @unsafe
    @inline(__always)
    private mutating func append(room: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        append(addingCapacity: room) { text in
            unsafe text.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                // SAFETY: the span begins empty, with `room` bytes that no one else owns.
                count = unsafe write(start)
            }
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    @inline(__always)
    fileprivate mutating func put(_ byte: UInt8) {
        unsafe pointee = byte
        unsafe self += 1
    }

    @inline(__always)
    fileprivate mutating func put(_ bytes: Span<UInt8>) {
        let start = unsafe self
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe start.update(from: first, count: source.count)
        }
        unsafe self += bytes.count
    }
}

extension String {
    /// The text of these bytes, or nil when they are not UTF-8: nothing is ever repaired.
    package init?(validating bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
    }

    package init?(validating bytes: [UInt8]) {
        self.init(validating: bytes.span)
    }
}

extension Span<UInt8> {
    /// Eight bytes from `offset` on, for loops that read a word at a time.
    func word(at offset: Int) -> UInt64 {
        // SAFETY: the load checks its bounds; any eight bytes are a valid integer.
        unsafe self.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Eight bytes from `offset` on, the first one lowest, with zeros for those after the end.
    @inline(__always)
    func paddedWord(at offset: Int) -> UInt64 {
        if offset + 8 <= count { return word(at: offset).littleEndian }
        var word: UInt64 = 0
        for index in (0..<max(0, count - offset)).reversed() {
            word = word << 8 | UInt64(self[offset + index])
        }
        return word
    }

    /// The first `byte` from `start` on and before `end`, searched eight bytes a step.
    func index(of byte: UInt8, from start: Int, before end: Int) -> Int? {
        let lanes = ByteLanes.repeating(byte)
        var index = start
        while index <= end - 8, ByteLanes.zeros(in: word(at: index) ^ lanes) == 0 { index += 8 }
        while index < end {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    func array() -> [UInt8] {
        var copy: [UInt8] = []
        copy.append(self)
        return copy
    }
}

/// A byte repeated in all eight places of a word, and tests with it.
enum ByteLanes {
    static func repeating(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
    static let highBits = repeating(0x80)

    /// The place in memory of the first marked byte.
    static func first(of marks: UInt64) -> Int { marks.littleEndian.trailingZeroBitCount >> 3 }

    /// Non-zero if a byte of `word` is zero; may also mark bytes after the first such one.
    static func zeros(in word: UInt64) -> UInt64 {
        (word &- repeating(0x01)) & ~word & highBits
    }

    /// Non-zero if a byte of `word` is below `limit`, which is at most 0x80.
    static func below(_ limit: UInt8, in word: UInt64) -> UInt64 {
        (word &- repeating(limit)) & ~word & highBits
    }
}
