// gzip (RFC 1952) of a whole file at once, for static files that are packed at start and sent many
// times.

import CZlib

package enum Gzip {
    /// The packed bytes, or nil when zlib has no memory for it.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard let inputCount = UInt32(exactly: bytes.count) else { return nil }
        var stream = unsafe z_stream()
        // 15 bits of window; plus 16 selects the gzip wrapper instead of zlib's.
        let begun = unsafe deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }

        let room = unsafe Int(deflateBound(&stream, UInt(inputCount)))
        guard let outputCount = UInt32(exactly: room) else { return nil }
        var input = bytes
        var isFinished = false
        var packed = [UInt8](repeating: 0, count: room)
        // SAFETY: zlib reads and writes only within the counts given, and both buffers outlive the
        // one call.
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe packed.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = inputCount
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = outputCount
                isFinished = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isFinished else { return nil }
        packed.removeLast(unsafe Int(stream.avail_out))
        return packed
    }
}
