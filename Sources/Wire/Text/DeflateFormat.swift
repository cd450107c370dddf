// Packs bytes that are all there, in one call of zlib.

import CZlib

struct DeflateFormat {
    /// zlib's nine levels, from fastest to smallest.
    let level: Int32
    /// 9 to 15 with zlib's wrapper; plus 16 with gzip's; negative without a wrapper.
    let windowBits: Int32
    /// zlib's nine sizes of its tables.
    let memoryLevel: Int32

    /// The packed bytes; those before the last end at a whole byte and leave the stream open. nil
    /// when zlib has no memory for it, or there are 4 GiB.
    func pack(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
        guard let inputCount = UInt32(exactly: bytes.count) else { return nil }
        var stream = unsafe z_stream()
        let begun = unsafe deflateInit2_(
            &stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard begun == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        // The flush that ends a part adds at most an empty block.
        let room = unsafe Int(deflateBound(&stream, UInt(inputCount))) + 64
        guard let outputCount = UInt32(exactly: room) else { return nil }
        var input = bytes
        var isWhole = false
        var packed = [UInt8](repeating: 0, count: room)
        // SAFETY: zlib reads and writes only within the counts given, and both buffers outlive the
        // one call.
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe packed.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = inputCount
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = outputCount
                let status = unsafe deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
                isWhole =
                    unsafe isLast ? status == Z_STREAM_END : status == Z_OK && stream.avail_out > 0
            }
        }
        guard isWhole else { return nil }
        packed.removeLast(unsafe Int(stream.avail_out))
        return packed
    }
}
