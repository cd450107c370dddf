// Ids for what has no ObjectId of its own: the same input gives the same id in every run.

import Algorithms
import Text
import Tickets

/// Two digests side by side. Not a security measure: an id only has to be the same again.
struct DerivedID {
    private var first = FNV1a()
    private var second: UInt64 = 0x6c62_272e_07bb_0142

    mutating func add(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        mix(0xFF)
    }

    mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            mix(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func add<Subject>(_ id: Identifier<Subject>) {
        add(id.high)
        add(UInt64(id.low))
    }

    private mutating func mix(_ byte: UInt8) {
        first.add(byte)
        second = (second ^ UInt64(byte) ^ 0x5A) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Begins with the second of `milliseconds`, as ids do.
    func identifier<Subject>(at milliseconds: Int64) -> Identifier<Subject> {
        let seconds = UInt64(UInt32(truncatingIfNeeded: milliseconds / 1000))
        return Identifier(
            high: seconds << 32 | (first.value ^ second >> 32) & 0xFFFF_FFFF,
            low: UInt32(truncatingIfNeeded: second ^ first.value >> 17))
    }
}
