import Testing

@testable import Wire

@Suite struct MaskingTests {
    @Test func `masks as the RFC defines, whatever the length, start and phase`() {
        let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        for count in 0...40 {
            for start in 0...min(9, count) {
                for phase in 0...5 {
                    let original = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
                    var masked = original
                    Masking.apply(0x1234_5678, to: &masked, from: start, phase: phase)
                    let expected = original.enumerated().map { index, byte in
                        index < start ? byte : byte ^ key[(index - start + phase) % 4]
                    }
                    #expect(masked == expected)
                }
            }
        }
    }

    @Test func `leaves everything alone when the start is at or behind the end`() {
        var bytes: [UInt8] = [1, 2, 3]
        Masking.apply(.max, to: &bytes, from: 3, phase: 0)
        Masking.apply(.max, to: &bytes, from: 9, phase: 0)
        #expect(bytes == [1, 2, 3])
    }
}
