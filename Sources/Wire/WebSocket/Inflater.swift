// Decompresses raw deflate (RFC 7692 §7.2.2), in steps of a bounded size, on zlib.

import CZlib

/// One zlib stream and its output buffer, some 56 KiB. Confined to its thread; between `reset` and
/// the end of a message it serves that message only.
@safe final class Inflater {
    /// Limit of one step, after which the receiver can stop.
    static let stepBytes = 16 * 1024
    /// The bytes that every sender omits at the end of a message (§7.2.1).
    static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    /// A final block ends a stream, and the next one begins again. A restart takes two bytes and
    /// costs as much as unpacking hundreds; no compressor does it more than once a write.
    private static let restartsMax = 256

    // At a fixed address: zlib compares it with the address at setup.
    private let stream: UnsafeMutablePointer<z_stream>
    private let room: UnsafeMutablePointer<UInt8>
    private var restarts = 0

    /// nil: zlib has no memory for it.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe room = .allocate(capacity: Self.stepBytes)
        // Negative: no wrapper. The largest window reads every smaller one.
        let begun = unsafe inflateInit2_(
            stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
    }

    deinit {
        // SAFETY: a stream that was never set up has a null state, which zlib rejects safely.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe room.deallocate()
    }

    /// Resets for the next message.
    func reset() {
        unsafe inflateReset(stream)
        restarts = 0
    }

    /// The last byte taken ended a block: a whole message, with its tail, must end here.
    var isAtBlockEnd: Bool { unsafe stream.pointee.data_type & 128 != 0 }

    /// Unpacks all of `input` and lends the result piece by piece.
    func inflate(
        _ input: Span<UInt8>, into receive: (Span<UInt8>) throws(FrameError) -> Void
    ) throws(FrameError) {
        guard let count = UInt32(exactly: input.count) else { throw .invalidDeflate }
        try unsafe input.withUnsafeBufferPointer { source throws(FrameError) in
            // SAFETY: zlib only reads from `next_in`, within `avail_in`, before this returns.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = count
            defer { unsafe stream.pointee.next_in = nil }
            while try step(receive) {}
        }
    }

    /// Unpacks one piece; false when the input is used up and all output is taken.
    private func step(
        _ receive: (Span<UInt8>) throws(FrameError) -> Void
    ) throws(FrameError) -> Bool {
        // SAFETY: `room` has that many bytes, and the lent ones have been written by zlib.
        unsafe stream.pointee.next_out = room
        unsafe stream.pointee.avail_out = UInt32(Self.stepBytes)
        let status = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
        let left = unsafe Int(stream.pointee.avail_out)
        if left < Self.stepBytes {
            let piece = unsafe UnsafeBufferPointer(start: room, count: Self.stepBytes - left)
            try receive(unsafe piece.span)
        }
        switch status {
        case Z_OK: break
        case Z_BUF_ERROR: return false
        case Z_STREAM_END: try restart()
        default: throw .invalidDeflate
        }
        return unsafe stream.pointee.avail_in > 0 || left == 0
    }

    private func restart() throws(FrameError) {
        restarts += 1
        guard restarts <= Self.restartsMax else { throw .invalidDeflate }
        unsafe inflateReset(stream)
    }
}

/// The inflaters of one thread. A connection borrows one only while it is receiving a compressed
/// message.
package final class InflaterPool {
    private static let spareMax = 4
    private var spare: [Inflater] = []

    package init() {}

    /// nil: zlib has no memory for one more.
    func take() -> Inflater? { spare.popLast() ?? Inflater() }

    func giveBack(_ inflater: Inflater) {
        guard spare.count < Self.spareMax else { return }
        inflater.reset()
        spare.append(inflater)
    }
}
