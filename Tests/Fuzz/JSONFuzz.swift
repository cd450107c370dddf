// JSON: the reader accepts what the grammar accepts, except for named refusals. A value that is
// written and read again is equal, and is written as the same bytes.

import Text

@testable import Wire

enum JSONFuzz {
    /// Reasons to refuse texts that the grammar allows.
    private static let bounds = [
        "nested deeper", "more than", "comes twice", "unpaired surrogate",
        "the number is too large",
    ]

    @Sendable static func run(_ bytes: [UInt8]) {
        requireGrammar(bytes)
        do throws(JSONError) {
            let value = try JSONReader.parse(bytes)
            require(depth(of: value) <= 16, "nesting keeps to its limit")
            requireSameAgain(value)
            let deeper = try? JSONReader.parse(bytes, maxDepth: 128, maxMembers: 4096)
            require(deeper == value, "wider limits change no value")
        } catch {
            require((0...bytes.count).contains(error.offset), "an error stands in the text")
            // At the default limits this may still be text that is only too deep or too wide.
            if let wide = try? JSONReader.parse(bytes, maxDepth: 128, maxMembers: 4096) {
                requireSameAgain(wide)
            }
        }
    }

    private static func requireGrammar(_ bytes: [UInt8]) {
        // Deeper than this the second opinion would run out of stack before we learn anything.
        guard bytes.count(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }) < 200
        else {
            return
        }
        let isJSON = String(validating: bytes) != nil && JSONGrammar.accepts(bytes)
        do throws(JSONError) {
            _ = try JSONReader.parse(bytes)
            require(isJSON, "what is read is JSON")
        } catch {
            let isBound = bounds.contains { error.reason.contains($0) }
            require(!isJSON || isBound, "JSON is read: \(error)")
        }
    }

    private static func requireSameAgain(_ value: Tree) {
        var writer = JSONWriter()
        writer.value(value)
        let written = writer.finish()
        require(
            written.allSatisfy { $0 >= 0x20 }, "what is written is one line without control bytes")
        do throws(JSONError) {
            let again = try JSONReader.parse(written, maxDepth: 128, maxMembers: 4096)
            require(again == value, "a value returns")
            var second = JSONWriter()
            second.value(again)
            require(second.finish() == written, "a value has one spelling")
        } catch {
            require(false, "our own JSON is read: \(error)")
        }
    }

    private static func depth(of value: Tree) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth(of:)).max() ?? 0)
        case .object(let members): 1 + (members.map { depth(of: $0.value) }.max() ?? 0)
        default: 0
        }
    }
}
