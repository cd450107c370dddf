// Outbound queue of a connection: one contiguous buffer, so that one send takes everything. A frame
// that waits alone is not copied: it stays the array that all its receivers share.

/// A first-in first-out queue of bytes; appending and consuming are amortised O(1) a byte.
struct WriteQueue {
    private var bytes: [UInt8] = []
    private var head = 0
    /// `bytes` is a shared frame: read only.
    private(set) var isLent = false

    /// Bytes waiting to be sent.
    var count: Int { bytes.count - head }
    var isEmpty: Bool { head == bytes.count }

    mutating func append(contentsOf added: some Collection<UInt8>) {
        bytes.append(contentsOf: added)
    }

    /// Takes a frame without copying; only for an empty queue.
    mutating func lend(_ frame: [UInt8]) {
        bytes = frame
        head = 0
        isLent = true
    }

    /// Releases a lent frame, sent or not.
    mutating func forgetLent() {
        bytes = []
        head = 0
        isLent = false
    }

    /// Copies a lent frame to storage of the queue's own, so that more can be appended.
    mutating func own(_ storage: consuming [UInt8]) {
        let lent = bytes
        bytes = storage
        bytes.append(contentsOf: lent[head...])
        head = 0
        isLent = false
    }

    /// Lends all waiting bytes, oldest first. Mutating so that the bytes have no other user
    /// meanwhile, and no second owner has to be counted.
    mutating func withUnsent<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(droppingFirst: head))
    }

    /// Forgets the first `sent` bytes.
    mutating func consume(_ sent: Int) {
        head += min(sent, count)
        if isEmpty {
            empty()
        } else if isLent {
            return
        } else if head >= Self.compactionBytes, head >= count {
            // Amortised: each byte moved here is paid for by one that was sent.
            bytes.removeFirst(head)
            head = 0
        }
    }

    private mutating func empty() {
        if isLent { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        isLent = false
        head = 0
    }

    /// Gives away the storage with its contents; the queue is then empty and owns nothing. A lent
    /// frame is not storage.
    mutating func takeStorage() -> [UInt8] {
        var taken: [UInt8] = []
        if !isLent { swap(&taken, &bytes) }
        bytes = []
        isLent = false
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
