// Cuts one input into pieces, as a network might deliver it. The cuts follow from the bytes
// themselves: an input is cut alike on every run, and seeds stay plain protocol text.

import Algorithms

struct Pieces {
    private var state: UInt64

    init(for bytes: [UInt8]) {
        var hash = FNV1a()
        hash.add(bytes)
        state = hash.value | 1
    }

    /// An even choice below `bound`, or 0 when there is none (xorshift64*).
    mutating func choose(below bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        guard bound > 0 else { return 0 }
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    mutating func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        let longest = [1, 3, 17, max(1, bytes.count)][choose(below: 4)]
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + choose(below: longest))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
