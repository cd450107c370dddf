// Compresses messages with raw deflate (RFC 7692 §7.2.1), on zlib. Every message begins with an
// empty window: the content of one never shows in the length of another.

import CZlib

/// One zlib stream, some 160 KiB with the largest window; confined to its thread.
@safe package final class Deflater {
    /// Compression level, of zlib's nine. On a 4 KB page of events, level 6 saves one percent more
    /// and level 3 two percent less.
    private static let level: Int32 = 4
    /// More memory gains nothing at these lengths, and clearing it for each message takes time.
    private static let memoryLevel: Int32 = 6

    // At a fixed address: zlib compares it with the address at setup.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter windowBits: 9 to 15.
    /// nil: zlib has no memory for it, or cannot make such a window.
    package init?(windowBits: Int) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard (9...15).contains(windowBits) else { return nil }
        let begun = unsafe deflateInit2_(
            stream, Self.level, Z_DEFLATED, -Int32(windowBits), Self.memoryLevel,
            Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
    }

    deinit {
        // SAFETY: a stream that was never set up has a null state, which zlib rejects safely.
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The payload of a compressed message, or nil when it would not be shorter.
    package func compress(_ payload: Span<UInt8>) -> [UInt8]? {
        guard let count = UInt32(exactly: payload.count), count > 0, count < .max - 4 else {
            return nil
        }
        // No room for a longer result; the tail is written and removed again.
        let room = payload.count + Inflater.tail.count
        var isWhole = false
        var packed = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, written in
            unsafe payload.withUnsafeBufferPointer { source in
                unsafe deflateReset(stream)
                // SAFETY: zlib reads and writes within the counts given, before this returns.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = count
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                let status = unsafe deflate(stream, Z_SYNC_FLUSH)
                // With no room left more may follow: then it is not shorter.
                isWhole = unsafe status == Z_OK && stream.pointee.avail_out > 0
                written = unsafe room - Int(stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
            }
        }
        guard isWhole, packed.suffix(Inflater.tail.count).elementsEqual(Inflater.tail) else {
            return nil
        }
        packed.removeLast(Inflater.tail.count)
        return packed
    }

    package func compress(_ payload: [UInt8]) -> [UInt8]? { compress(payload.span) }
}
