// SplitMix64: the same numbers on every run, so that a failing seed can be looked at.

package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    package mutating func next(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    package mutating func chance(_ favourable: Int, in all: Int) -> Bool {
        next(below: all) < favourable
    }

    /// `choices` must not be empty.
    package mutating func pick<Choice>(from choices: [Choice]) -> Choice {
        choices[next(below: choices.count)]
    }

    package mutating func some<Choice>(of choices: [Choice]) -> [Choice] {
        choices.filter { _ in chance(1, in: 3) }
    }
}
