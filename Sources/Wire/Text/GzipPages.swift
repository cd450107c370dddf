// gzip (RFC 1952) of a body that comes in pages. The thread that makes a page also packs it.

import CZlib

/// Each page is packed by itself and ends at a whole byte, so that only a checksum is kept between
/// two pages: a value that can move from thread to thread. The cost is the lost window across page
/// borders.
package struct GzipPages: Sendable {
    private var checksum: UInt32 = 0
    /// Modulo 2³², as the format requires.
    private var length: UInt32 = 0
    private var hasBegun = false

    /// At the cheapest of zlib's nine levels. Exports are JSON and CSV, which it packs to a sixth.
    private static let format = DeflateFormat(level: 1, windowBits: -15, memoryLevel: 8)
    /// Magic, deflate, no flags, no time, fastest, Unix.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 3]

    package init() {}

    /// The packed page, after the header if it is the first and before the trailer if it is the last;
    /// nil when zlib has no memory for it, or the page has 4 GiB.
    package mutating func pack(_ page: [UInt8], isLast: Bool) -> [UInt8]? {
        guard let count = UInt32(exactly: page.count),
            let blocks = Self.format.pack(page, isLast: isLast)
        else { return nil }
        checksum = unsafe page.withUnsafeBufferPointer { bytes in
            // SAFETY: zlib reads `count` bytes; from no address it would give the start value.
            unsafe count == 0
                ? checksum
                : UInt32(truncatingIfNeeded: crc32(UInt(checksum), bytes.baseAddress, count))
        }
        length &+= count
        var packed = hasBegun ? blocks : Self.header + blocks
        hasBegun = true
        if isLast {
            for word in [checksum, length] {
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    packed.append(UInt8(truncatingIfNeeded: word >> shift))
                }
            }
        }
        return packed
    }
}
