// Digests against the published test vectors of FNV-1a.

import Algorithms
import Testing

@Suite struct FNV1aTests {
    @Test(
        arguments: [
            ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] as [(String, UInt64)])
    func `agrees with the published values`(text: String, value: UInt64) {
        var hash = FNV1a()
        hash.add(text.utf8)
        #expect(hash.value == value)
    }

    @Test func `a number is its bytes, the lowest first`() {
        var number = FNV1a()
        var bytes = FNV1a()
        number.add(0x0807_0605_0403_0201 as UInt64)
        bytes.add(1...8)
        #expect(number.value == bytes.value)
    }
}
