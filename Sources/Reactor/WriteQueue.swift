// Bytes that wait to leave a connection: one contiguous buffer, so that one send takes them all.

/// A first-in first-out queue of bytes; appending and consuming are amortised O(1) a byte.
struct WriteQueue {
    private var bytes: [UInt8] = []
    private var head = 0

    /// How many bytes wait.
    var count: Int { bytes.count - head }
    var isEmpty: Bool { head == bytes.count }

    mutating func append(contentsOf added: some Collection<UInt8>) {
        bytes.append(contentsOf: added)
    }

    /// Lends all that waits, oldest first.
    func withUnsent<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(droppingFirst: head))
    }

    /// Forgets the first `sent` bytes.
    mutating func consume(_ sent: Int) {
        head += min(sent, count)
        if isEmpty {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= Self.compactionBytes, head >= count {
            // Each byte moved here has been paid for by one that left.
            bytes.removeFirst(head)
            head = 0
        }
    }

    /// Gives away the storage, contents and all; the queue is then empty and owns nothing.
    mutating func takeStorage() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        head = 0
        return taken
    }

    /// Puts empty storage to use; only for an empty queue.
    mutating func useStorage(_ storage: consuming [UInt8]) {
        guard isEmpty, storage.isEmpty else { return }
        bytes = storage
        head = 0
    }

    private static let compactionBytes = 4096
}
