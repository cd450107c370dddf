// Against the example of RFC 8291, appendix A.

import Testing

@testable import Wire

struct PushEncryptionTests {
    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decodeURL(text)) }

    private func sender() throws -> P256Key {
        try #require(
            P256Key(
                scalar: try bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
                point: try bytes(
                    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
                )))
    }

    private func receiver() throws -> PushKeys {
        PushKeys(
            point: try bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
            ), secret: try bytes("BTBZMqHH6r4Tts7J_aSIgg"))
    }

    private let plaintext = Array("When I grow up, I want to be a watermelon".utf8)

    @Test func `the example of the RFC comes out to the byte`() throws {
        let body = PushEncryption.encrypt(
            plaintext, filledTo: 0, for: try receiver(), sender: try sender(),
            salt: try bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(
            try #require(body)
                == bytes(
                    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
                ))
    }

    @Test func `both sides agree on one secret`() throws {
        let (one, other) = (P256Key.make(), P256Key.make())
        let secret = try #require(one.sharedSecret(with: other.publicPoint))
        #expect(other.sharedSecret(with: one.publicPoint) == secret)
    }

    @Test func `the length tells only the size that is filled`() throws {
        for count in [0, 1, 511, 512, 1023, 1024, 2047, 2048, 3071] {
            let text = [UInt8](repeating: 0x61, count: count)
            let body = try #require(PushEncryption.encrypt(text, for: try receiver()))
            let record = body.count - 16 - 4 - 1 - 65 - 16
            #expect(PushEncryption.sizes.contains(record) && record > count)
        }
        let tooLong = [UInt8](repeating: 0x61, count: 3072)
        #expect(PushEncryption.encrypt(tooLong, for: try receiver()) == nil)
    }

    @Test func `two messages share neither key nor salt`() throws {
        let one = try #require(PushEncryption.encrypt(plaintext, for: try receiver()))
        let other = try #require(PushEncryption.encrypt(plaintext, for: try receiver()))
        #expect(one.prefix(16) != other.prefix(16))
        #expect(one[21..<86] != other[21..<86])
    }

    @Test func `bytes that are not a point on the curve are refused`() throws {
        var point = try receiver().point
        #expect(P256Key.isPoint(point))
        for index in point.indices {
            point[index] ^= 1
            #expect(!P256Key.isPoint(point), "byte \(index)")
            #expect(P256Key.make().sharedSecret(with: point) == nil)
            point[index] ^= 1
        }
        for length in 0..<65 { #expect(!P256Key.isPoint(Array(point.prefix(length)))) }
        #expect(!P256Key.isPoint(point + [0]))
        #expect(!P256Key.isPoint([4] + [UInt8](repeating: 0, count: 64)))
        // The point at infinity, and the compressed form.
        #expect(!P256Key.isPoint([0]) && !P256Key.isPoint([2] + point[1..<33]))
    }

    @Test func `random bytes are refused without a crash`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let count = Int.random(in: 0...80, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if count == 65 { bytes[0] = 4 }
            if P256Key.isPoint(bytes) { #expect(bytes.count == 65) }
            #expect(P256Key(pem: bytes) == nil)
        }
    }
}
