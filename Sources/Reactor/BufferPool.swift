// Spare outbound buffers of one loop. A connection borrows one while it has something to send, so
// ten thousand idle connections own none, and a busy loop allocates none.

struct BufferPool {
    private var spare: [[UInt8]] = []

    /// A larger buffer served a burst and is freed.
    private static let bufferBytesMax = 8 * 1024
    private static let buffersMax = 1024

    /// An empty buffer, with room in it if one was given back.
    mutating func take() -> [UInt8] {
        spare.popLast() ?? []
    }

    mutating func giveBack(_ buffer: consuming [UInt8]) {
        // A frame that was only lent has no buffer to give back.
        let capacity = buffer.capacity
        guard capacity > 0, capacity <= Self.bufferBytesMax, spare.count < Self.buffersMax
        else { return }
        buffer.removeAll(keepingCapacity: true)
        spare.append(buffer)
    }
}
