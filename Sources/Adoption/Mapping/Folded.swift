// Folds a word of a table: without case, accents and separators.

import Text

/// `En cours`, `EN_COURS` and `en-cours` are the same word.
struct Folded: Hashable, Sendable {
    let text: ExactText

    init(_ word: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(word.utf8.count)
        for scalar in word.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7A: bytes.append(UInt8(scalar.value))
            case 0x41...0x5A: bytes.append(UInt8(scalar.value + 0x20))
            case 0..<0x80: continue
            case 0x300...0x36F: continue
            default: bytes.append(contentsOf: Self.letters(scalar))
            }
        }
        text = ExactText(String(decoding: bytes, as: UTF8.self))
    }

    /// The base letter of a letter with an accent.
    private static func letters(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch scalar.value {
        case 0xC0...0xC5, 0xE0...0xE5: return Array("a".utf8)
        case 0xC6, 0xE6: return Array("ae".utf8)
        case 0xC7, 0xE7: return Array("c".utf8)
        case 0xC8...0xCB, 0xE8...0xEB: return Array("e".utf8)
        case 0xCC...0xCF, 0xEC...0xEF: return Array("i".utf8)
        case 0xD1, 0xF1: return Array("n".utf8)
        case 0xD2...0xD6, 0xF2...0xF6: return Array("o".utf8)
        case 0xD9...0xDC, 0xF9...0xFC: return Array("u".utf8)
        case 0x152, 0x153: return Array("oe".utf8)
        case 0xA0, 0x2019, 0x2013, 0x2014: return []
        default: return Array(String(scalar).lowercased().utf8)
        }
    }
}
