// Decompresses raw deflate (RFC 7692 §7.2.2), in steps of a bounded size, on zlib.

import CZlib

/// One zlib stream and the room that it unpacks into, some 56 KiB. Confined to its thread; between
/// `reset` and the end of a message it serves that message alone.
@safe final class Inflater {
    /// Most that is unpacked before the receiver has its say.
    static let stepBytes = 16 * 1024
    /// What every sender leaves out at the end of a message (§7.2.1).
    static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    /// A final block ends a stream, and the next one begins afresh. It takes two bytes to ask for
    /// that and as long as unpacking hundreds; no compressor does it more than once a write.
    private static let restartsMax = 256

    // At an address of its own, as zlib compares it with the one it was set up with.
    private let stream: UnsafeMutablePointer<z_stream>
    private let room: UnsafeMutablePointer<UInt8>
    private var restarts = 0

    /// nil: zlib has no memory for it.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe room = .allocate(capacity: Self.stepBytes)
        // Negative: no wrapper. The largest window understands every smaller one.
        let begun = unsafe inflateInit2_(
            stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
    }

    deinit {
        // SAFETY: a stream that was never set up has a null state, which zlib refuses politely.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe room.deallocate()
    }

    /// Forgets everything, for the next message.
    func reset() {
        unsafe inflateReset(stream)
        restarts = 0
    }

    /// The last byte taken ended a block: where a whole message, with its tail, must end.
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

    /// One piece; false when the input is used up and nothing of it is left inside.
    private func step(
        _ receive: (Span<UInt8>) throws(FrameError) -> Void
    ) throws(FrameError) -> Bool {
        // SAFETY: `room` has that many bytes, and the lent ones are those that zlib has written.
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

/// The inflaters of one thread. A connection borrows one only while a compressed message of its
/// own is half there.
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
