// The type of a file by its first bytes. What the uploader calls it is not asked: a page that says
// it is a picture must never run as a page.

import Wire

enum FileType {
    /// How many bytes of a file decide.
    static let prefixBytes = 512

    static func of(_ prefix: [UInt8]) -> String {
        for (type, offset, magic) in signatures
        where prefix.count >= offset + magic.count
            && prefix[offset..<offset + magic.count].elementsEqual(magic)
        {
            return type
        }
        if starts(prefix, "RIFF"), prefix.count >= 12 {
            switch String(decoding: prefix[8..<12], as: UTF8.self) {
            case "WEBP": return "image/webp"
            case "WAVE": return "audio/wav"
            default: return unknown
            }
        }
        return isText(prefix) ? "text/plain" : unknown
    }

    static let unknown = "application/octet-stream"

    /// Pictures that a browser shows and never runs; everything else is kept as a file.
    static func isInline(_ type: String) -> Bool {
        ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(type)
    }

    private static let signatures: [(type: String, offset: Int, magic: [UInt8])] = [
        ("image/png", 0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        ("image/jpeg", 0, [0xFF, 0xD8, 0xFF]),
        ("image/gif", 0, Array("GIF87a".utf8)), ("image/gif", 0, Array("GIF89a".utf8)),
        ("image/tiff", 0, [0x49, 0x49, 0x2A, 0]), ("image/tiff", 0, [0x4D, 0x4D, 0, 0x2A]),
        ("application/pdf", 0, Array("%PDF-".utf8)),
        ("application/zip", 0, [0x50, 0x4B, 3, 4]), ("application/zip", 0, [0x50, 0x4B, 5, 6]),
        ("application/gzip", 0, [0x1F, 0x8B]),
        ("application/x-7z-compressed", 0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        ("application/vnd.rar", 0, Array("Rar!".utf8) + [0x1A, 0x07]),
        // Office documents from before 2007, and mails.
        ("application/x-ole-storage", 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ("video/mp4", 4, Array("ftyp".utf8)), ("video/webm", 0, [0x1A, 0x45, 0xDF, 0xA3]),
        ("audio/mpeg", 0, Array("ID3".utf8)), ("audio/ogg", 0, Array("OggS".utf8)),
        ("audio/flac", 0, Array("fLaC".utf8)),
    ]

    private static func starts(_ bytes: [UInt8], _ text: StaticString) -> Bool {
        bytes.starts(with: "\(text)".utf8)
    }

    /// UTF-8 without control characters but those of a text. The last character may be cut.
    private static func isText(_ prefix: [UInt8]) -> Bool {
        guard !prefix.isEmpty,
            prefix.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) })
        else { return false }
        let cut = prefix.count == prefixBytes ? 3 : 0
        return (0...cut).contains { String(validating: Array(prefix.dropLast($0))) != nil }
    }
}
