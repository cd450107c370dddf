import Testing

@testable import Wire

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite struct DigestsTests {
    /// FIPS 180-4 examples.
    @Test func `hashes abc and nothing`() {
        #expect(hex(SHA1.hash(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex(SHA1.hash([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            hex(SHA256.hash(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `hashes pieces as it hashes the whole`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for size in [1, 63, 64, 65, 1000] {
            let stream = SHA256Stream()
            for start in stride(from: 0, to: bytes.count, by: size) {
                stream.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(stream.finish() == SHA256.hash(bytes))
        }
        #expect(SHA256Stream().finish() == SHA256.hash([]))
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test func `matches the vectors of the RFC for HMAC`() {
        let first = HMAC.sha256(
            key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8))
        #expect(hex(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = HMAC.sha256(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        #expect(hex(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let sixth = HMAC.sha256(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        #expect(hex(sixth) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(HMAC.sha256(key: [], message: []).count == 32)
    }

    @Test func `a prepared key makes the same codes, again and again`() {
        for length in [0, 1, 32, 63, 64, 65, 200] {
            let key = [UInt8](repeating: 0xAA, count: length)
            let prepared = HMACKey(key)
            for message in ["", "a", String(repeating: "b", count: 300)].map({ Array($0.utf8) }) {
                #expect(
                    prepared.sha256(message.span) == HMAC.sha256(key: key, message: message))
            }
        }
    }

    @Test func `makes different random bytes each time`() {
        #expect(SecureRandom.bytes(16).count == 16)
        #expect(SecureRandom.bytes(16) != SecureRandom.bytes(16))
        #expect(SecureRandom.bytes(0).isEmpty)
    }

    @Test func `compares secrets`() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(constantTimeEquals([], []))
    }
}
