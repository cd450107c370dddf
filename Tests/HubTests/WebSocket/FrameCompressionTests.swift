// Compression of frames in a worker: which frames, for which connections, and how often.

import TestSupport
import Testing
import Tickets

@testable import Hub
@testable import Wire

private struct Words: SharedFrame {
    let words: [UInt8]
    var bytes: [UInt8] { FrameEncoder.frame(.text, payload: words) }
    var payload: ArraySlice<UInt8> { words[...] }
}

/// An object with its own identity.
private final class Source {}

private let long = Words(
    words: Array(String(repeating: "the printer eats paper; ", count: 64).utf8))
private let short = Words(words: Array("paper".utf8))

/// The message that a client with compression reads.
private func read(_ frame: [UInt8]) throws -> WebSocketMessage? {
    var assembler = MessageAssembler(
        role: .client, maxMessageBytes: 1 << 20, inflaters: InflaterPool())
    assembler.append(frame)
    return try assembler.next()
}

@Suite struct FrameCompressionTests {
    @Test func `compresses what is long enough, for clients that accept it`() throws {
        let compression = FrameCompression(minBytes: 512)
        let source = Source()
        #expect(compression.shared(long, of: source, nil) == long.bytes)
        #expect(compression.frame(long.words, for: nil) == long.bytes)
        for window in [WindowSize.small, .medium, .large] {
            #expect(compression.shared(short, of: Source(), window) == short.bytes)
            #expect(compression.frame(short.words, for: window) == short.bytes)
            for packed in [
                compression.shared(long, of: source, window),
                compression.frame(long.words, for: window),
            ] {
                #expect(packed.count < long.bytes.count / 4)
                #expect(try read(packed) == .text(long.words))
            }
        }
    }

    @Test func `compresses nothing when it is switched off`() {
        let compression = FrameCompression(minBytes: 0)
        #expect(compression.shared(long, of: Source(), .large) == long.bytes)
        #expect(compression.frame(long.words, for: .large) == long.bytes)
    }

    @Test func `packs a broadcast once for an audience and a window`() throws {
        let compression = FrameCompression(minBytes: 512)
        let source = Source()
        let first = compression.shared(long, of: source, for: .staff, .large)
        // Other words under the same name: only an answer from memory is still the first one's.
        let other = Words(words: long.words.reversed())
        #expect(compression.shared(other, of: source, for: .staff, .large) == first)
        #expect(compression.shared(other, of: source, for: .client, .large) != first)
        let smaller = compression.shared(other, of: source, for: .staff, .small)
        #expect(try read(smaller) == .text(other.words))
        #expect(compression.shared(other, of: Source(), for: .staff, .large) != first)
    }

    @Test func `never uses a larger window than was agreed`() {
        for bits in 9...15 {
            let size = WindowSize(atMost: bits)
            #expect(size.rawValue <= bits && size.rawValue >= bits - 2)
        }
    }

    @Test func `says as much of a guess that is right as of one that is wrong`() throws {
        // Two messages: the first has a secret, the second a guess. As nothing is remembered, the
        // second one's length depends on itself alone (the attacks called CRIME and BREACH).
        let compression = FrameCompression(minBytes: 1)
        let filler = String(repeating: "a line of the conversation ", count: 30)
        func length(afterSecret secret: String, guess: String) -> Int {
            _ = compression.frame(Array("\(filler)\(secret)".utf8), for: .large)
            return compression.frame(Array("\(filler)\(guess)".utf8), for: .large).count
        }
        let right = length(afterSecret: "code=4711", guess: "code=4711")
        let wrong = length(afterSecret: "code=9023", guess: "code=4711")
        #expect(right == wrong)
    }
}
