// Detects the type of a file by its first bytes. The uploader's type is ignored: a page declared as
// a picture must never run as a page.

import Wire

package enum FileType {
    /// Bytes that decide the type: office documents have their telling names in the first pages.
    package static let prefixBytes = 4096
    /// Bytes that decide whether a file is text.
    private static let textBytes = 512

    package static func of(_ prefix: [UInt8]) -> String {
        for (type, offset, magic) in signatures where has(prefix, magic, at: offset) {
            return switch type {
            case "application/zip": archive(prefix)
            case "video/mp4": media(prefix)
            case "video/webm": isMatroska(prefix) ? "video/matroska" : type
            default: type
            }
        }
        if has(prefix, "RIFF", at: 0), prefix.count >= 12 {
            switch String(decoding: prefix[8..<12], as: UTF8.self) {
            case "WEBP": return "image/webp"
            case "WAVE": return "audio/wav"
            case "AVI ": return "video/vnd.avi"
            default: return unknown
            }
        }
        if isBitmap(prefix) { return "image/bmp" }
        return isText(prefix) ? "text/plain" : unknown
    }

    static let unknown = "application/octet-stream"

    /// All types; the API description lists the same.
    static let all: Set<String> = Set(
        signatures.map(\.type) + mediaTypes + openDocuments
            + officeDocuments.map { officePrefix + $0.type }
            + [
                "image/webp", "audio/wav", "image/bmp", "video/vnd.avi", "video/matroska",
                "text/plain", unknown,
            ])

    /// Pictures that a browser shows and never runs; all other files are downloads.
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

    private static func has(_ bytes: [UInt8], _ magic: [UInt8], at offset: Int) -> Bool {
        bytes.count >= offset + magic.count
            && bytes[offset..<offset + magic.count].elementsEqual(magic)
    }

    private static func has(_ bytes: [UInt8], _ text: StaticString, at offset: Int) -> Bool {
        has(bytes, Array("\(text)".utf8), at: offset)
    }

    /// Windows bitmaps begin with two letters, which a text can begin with too; so the reserved
    /// zeros and the size of the second header must be right.
    private static func isBitmap(_ prefix: [UInt8]) -> Bool {
        let headerSizes: Set<UInt8> = [12, 40, 52, 56, 64, 108, 124]
        return has(prefix, "BM", at: 0) && has(prefix, [0, 0, 0, 0], at: 6)
            && prefix.count >= 18 && headerSizes.contains(prefix[14])
            && has(prefix, [0, 0, 0], at: 15)
    }

    // MARK: Containers

    /// WebM is a kind of Matroska: both begin alike, and the document type follows within a few
    /// fields (RFC 8794 §11.2.6).
    private static func isMatroska(_ prefix: [UInt8]) -> Bool {
        let documentType: [UInt8] = [0x42, 0x82, 0x88] + Array("matroska".utf8)
        return (4..<64).contains { has(prefix, documentType, at: $0) }
    }

    private static let mediaTypes = [
        "image/heic", "image/heif", "image/avif", "audio/mp4", "video/quicktime", "video/3gpp",
        "video/3gpp2",
    ]

    /// The brands after `ftyp` (ISO/IEC 14496-12 §4.3): the major brand, a version, the compatible
    /// brands.
    private static func media(_ prefix: [UInt8]) -> String {
        guard prefix.count >= 12 else { return "video/mp4" }
        switch String(decoding: prefix[8..<12], as: UTF8.self) {
        case "heic", "heix", "heim", "heis", "hevc", "hevx": return "image/heic"
        case "avif", "avis": return "image/avif"
        case "mif1", "msf1": return still(prefix)
        case "M4A ", "M4B ", "M4P ": return "audio/mp4"
        case "qt  ": return "video/quicktime"
        case let brand where brand.hasPrefix("3gp"): return "video/3gpp"
        case let brand where brand.hasPrefix("3g2"): return "video/3gpp2"
        default: return "video/mp4"
        }
    }

    /// For still pictures of the general brand, the compatible brands name the coding.
    private static func still(_ prefix: [UInt8]) -> String {
        let size = prefix[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(size, prefix.count)
        var brands: Set<String> = []
        for start in stride(from: 16, through: end - 4, by: 4) {
            brands.insert(String(decoding: prefix[start..<start + 4], as: UTF8.self))
        }
        if brands.contains("avif") { return "image/avif" }
        return brands.isDisjoint(with: ["heic", "heix"]) ? "image/heif" : "image/heic"
    }

    /// Documents that are archives: in OpenDocument and EPUB the first entry names the type; in
    /// Office Open XML the parts are in a folder named after the program.
    private static func archive(_ prefix: [UInt8]) -> String {
        if has(prefix, "mimetype", at: 30), prefix.count > 38 {
            let type = prefix[38...].prefix { ($0 >= 0x2B && $0 < 0x7F) }
            let name = String(decoding: type.prefix(80), as: UTF8.self)
            for known in openDocuments where name.hasPrefix(known) { return known }
        }
        for (folder, type) in officeDocuments where holdsEntry(of: Array(folder.utf8), prefix) {
            return officePrefix + type
        }
        return "application/zip"
    }

    private static let officePrefix = "application/vnd.openxmlformats-officedocument."
    private static let officeDocuments = [
        (folder: "word/", type: "wordprocessingml.document"),
        (folder: "xl/", type: "spreadsheetml.sheet"),
        (folder: "ppt/", type: "presentationml.presentation"),
    ]

    private static let openDocuments = [
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation", "application/epub+zip",
    ]

    /// Whether an entry's name begins with `folder`: names start 30 bytes after the entry's
    /// signature.
    private static func holdsEntry(of folder: [UInt8], _ prefix: [UInt8]) -> Bool {
        let signature: [UInt8] = [0x50, 0x4B, 3, 4]
        guard prefix.count >= 30 + folder.count else { return false }
        for start in 0...(prefix.count - 30 - folder.count)
        where prefix[start] == signature[0] && has(prefix, signature, at: start) {
            if has(prefix, folder, at: start + 30) { return true }
        }
        return false
    }

    // MARK: Text

    private static func isText(_ prefix: [UInt8]) -> Bool {
        let start = Array(prefix.prefix(textBytes))
        guard !start.isEmpty else { return false }
        if has(start, [0xFF, 0xFE], at: 0) { return isUTF16(start, highByte: 1) }
        if has(start, [0xFE, 0xFF], at: 0) { return isUTF16(start, highByte: 0) }
        guard
            start.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) })
        else { return false }
        return isUTF8(start) || isLatin1(start)
    }

    /// Accepts a truncated last character.
    private static func isUTF8(_ start: [UInt8]) -> Bool {
        let cut = start.count == textBytes ? 3 : 0
        return (0...cut).contains { String(validating: Array(start.dropLast($0))) != nil }
    }

    /// UTF-16 with a byte order mark: only control characters of texts, no unpaired surrogates.
    private static func isUTF16(_ start: [UInt8], highByte: Int) -> Bool {
        let even = start.count & ~1
        guard even == start.count || start.count == textBytes, even > 2 else { return false }
        var units: [UInt16] = []
        for index in stride(from: 2, to: even, by: 2) {
            units.append(
                UInt16(start[index + highByte]) << 8 | UInt16(start[index + 1 - highByte]))
        }
        let hasControl = units.contains { $0 < 0x20 && !(0x09...0x0D).contains($0) || $0 == 0x7F }
        if start.count == textBytes, let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
        }
        return !hasControl && String(validating: units, as: UTF16.self) != nil
    }

    /// ISO 8859-1, or the Windows variant. The bytes do not declare it: the data is text if most of
    /// it is ASCII and the rest are letters or signs of a text.
    private static func isLatin1(_ start: [UInt8]) -> Bool {
        let high = start.filter { $0 >= 0x80 }
        let typographic: Set<UInt8> = [
            0x80, 0x85, 0x8C, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9C,
        ]
        return high.count * 3 <= start.count
            && high.allSatisfy { $0 >= 0xA0 || typographic.contains($0) }
    }
}
