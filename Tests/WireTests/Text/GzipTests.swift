import Testing

@testable import Wire

/// RFC 1952 §8, bit by bit.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
}

private func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

@Suite struct GzipTests {
    @Test func `wraps the data in the header and checksums of gzip`() throws {
        for count in [0, 1, 10_000, 200_000] {
            let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let packed = try #require(Gzip.compress(data))
            #expect(packed.starts(with: [0x1F, 0x8B, 0x08]))
            #expect(
                packed.suffix(8) == (littleEndian(crc32(data)) + littleEndian(UInt32(count)))[...])
        }
    }

    @Test func `shrinks what repeats`() throws {
        let packed = try #require(Gzip.compress([UInt8](repeating: 0x61, count: 10_000)))
        #expect(packed.count < 100)
    }
}
