// gzip (RFC 1952) of a whole file at once, for static files that are packed at start and sent many
// times.

import CZlib

package enum Gzip {
    private static let format = DeflateFormat(
        level: Z_BEST_COMPRESSION, windowBits: 15 + 16, memoryLevel: 9)

    /// The packed bytes, or nil when zlib has no memory for it.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        format.pack(bytes, isLast: true)
    }
}
