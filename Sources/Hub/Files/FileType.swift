// Detects the type of a file by its first bytes. The uploader's type is ignored: a page declared as
// a picture must never run as a page.

import Text
import Wire

package enum FileType {
    /// Bytes that decide the type.
    private static let prefixBytes = 4096
    /// The same of archives: the names that tell of an office document follow its first parts.
    private static let archiveBytes = 256 << 10
    /// Bytes that decide whether a file is text.
    private static let textBytes = 512

    /// Adds those of the next `bytes` of a file to `prefix` that its type needs.
    package static func extend(_ prefix: inout [UInt8], with bytes: [UInt8]) {
        var rest = bytes[...]
        for most in [prefixBytes, archiveBytes] where prefix.count < most {
            guard most == prefixBytes || isArchive(prefix) else { return }
            let added = rest.prefix(most - prefix.count)
            prefix += added
            rest = rest.dropFirst(added.count)
        }
    }

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
        if isMP3(prefix) { return "audio/mpeg" }
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
        ("application/x-bzip2", 4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]),
        ("application/x-xz", 0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
        ("application/zstd", 0, [0x28, 0xB5, 0x2F, 0xFD]),
        ("application/x-tar", 257, Array("ustar".utf8)),
        ("application/x-7z-compressed", 0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        ("application/vnd.rar", 0, Array("Rar!".utf8) + [0x1A, 0x07]),
        // Office documents from before 2007, and mails.
        ("application/x-ole-storage", 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ("video/mp4", 4, Array("ftyp".utf8)), ("video/webm", 0, [0x1A, 0x45, 0xDF, 0xA3]),
        ("audio/mpeg", 0, Array("ID3".utf8)), ("audio/ogg", 0, Array("OggS".utf8)),
        ("audio/flac", 0, Array("fLaC".utf8)),
        // QuickTime before it had brands: the first box is one of these.
        ("video/quicktime", 4, Array("wide".utf8)), ("video/quicktime", 4, Array("moov".utf8)),
        ("video/quicktime", 4, Array("mdat".utf8)),
        ("image/vnd.microsoft.icon", 0, [0, 0, 1, 0]),
    ]

    static func has(_ bytes: [UInt8], _ magic: [UInt8], at offset: Int) -> Bool {
        bytes.count >= offset + magic.count
            && bytes[offset..<offset + magic.count].elementsEqual(magic)
    }

    static func has(_ bytes: [UInt8], _ text: StaticString, at offset: Int) -> Bool {
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

    /// Two frames of MPEG layer III, the second where the first one says.
    private static func isMP3(_ prefix: [UInt8]) -> Bool {
        guard let first = MP3Frame(prefix[...]), prefix.count > first.length else { return false }
        return MP3Frame(prefix[first.length...]) != nil
    }

    // MARK: Containers

    /// WebM is a kind of Matroska: both begin alike, and the document type follows within a few
    /// fields (RFC 8794 §11.2.6).
    private static func isMatroska(_ prefix: [UInt8]) -> Bool {
        let documentType: [UInt8] = [0x42, 0x82, 0x88] + Array("matroska".utf8)
        return (4..<64).contains { has(prefix, documentType, at: $0) }
    }

    private static let mediaTypes = [
        "image/heic", "image/heif", "image/avif", "image/x-canon-cr3", "audio/mp4",
        "video/quicktime", "video/3gpp", "video/3gpp2",
    ]

    /// The brands after `ftyp` (ISO/IEC 14496-12 §4.3): the major brand, a version, the compatible
    /// brands.
    private static func media(_ prefix: [UInt8]) -> String {
        guard prefix.count >= 12 else { return unknown }
        switch String(decoding: prefix[8..<12], as: UTF8.self) {
        case "heic", "heix", "heim", "heis", "hevc", "hevx": return "image/heic"
        case "avif", "avis": return "image/avif"
        case "mif1", "mif2", "mif3", "msf1": return still(prefix)
        case "M4A ", "M4B ", "M4P ", "F4A ", "F4B ": return "audio/mp4"
        case "crx ": return "image/x-canon-cr3"
        case "qt  ": return "video/quicktime"
        case let brand where brand.hasPrefix("3gp"): return "video/3gpp"
        case let brand where brand.hasPrefix("3g2"): return "video/3gpp2"
        case let brand where isMP4(brand): return "video/mp4"
        default: return compatibleBrands(prefix).contains(where: isMP4) ? "video/mp4" : unknown
        }
    }

    private static func isMP4(_ brand: String) -> Bool {
        let others: Set<ExactText> = [
            "avc1", "M4V ", "M4VH", "M4VP", "f4v ", "F4V ", "MSNV", "dash",
        ]
        return ["iso", "mp4", "mp7", "mmp4"].contains { ExactText(brand).hasPrefix($0) }
            || others.contains(ExactText(brand))
    }

    /// For still pictures of the general brand, the compatible brands name the coding.
    private static func still(_ prefix: [UInt8]) -> String {
        let brands = compatibleBrands(prefix)
        if brands.contains("avif") { return "image/avif" }
        return brands.isDisjoint(with: ["heic", "heix"]) ? "image/heif" : "image/heic"
    }

    private static func compatibleBrands(_ prefix: [UInt8]) -> Set<String> {
        let size = prefix[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(size, prefix.count, prefixBytes)
        var brands: Set<String> = []
        for start in stride(from: 16, through: end - 4, by: 4) {
            brands.insert(String(decoding: prefix[start..<start + 4], as: UTF8.self))
        }
        return brands
    }

    // MARK: Text

    private static func isText(_ prefix: [UInt8]) -> Bool {
        let start = Array(prefix.prefix(textBytes))
        guard !start.isEmpty else { return false }
        if has(start, [0xFF, 0xFE], at: 0) { return isUTF16(start, highByte: 1) }
        if has(start, [0xFE, 0xFF], at: 0) { return isUTF16(start, highByte: 0) }
        guard
            start.allSatisfy({ !isBinary(UInt16($0)) })
        else { return false }
        return isUTF8(start) || isLatin1(start)
    }

    /// A control character that texts do not have. Logs of consoles have colours, which begin with
    /// Escape.
    private static func isBinary(_ unit: UInt16) -> Bool {
        unit < 0x20 && !(0x09...0x0D).contains(unit) && unit != 0x1B || unit == 0x7F
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
        let hasControl = units.contains(where: isBinary)
        if start.count == textBytes, let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
        }
        return !hasControl && String(validating: units, as: UTF16.self) != nil
    }

    /// ISO 8859-1, or the Windows variant. The bytes do not declare it: the data is text if most of
    /// it is ASCII and the rest are letters or signs of a text. Short words may be letters outside
    /// ASCII for the most part.
    private static func isLatin1(_ start: [UInt8]) -> Bool {
        let high = start.filter { $0 >= 0x80 }
        let undefined: Set<UInt8> = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
        // How most pictographs begin in UTF-8; here such a text is cut or wrong.
        let isPictograph = zip(start, start.dropFirst()).contains { $0 == 0xF0 && $1 == 0x9F }
        let share = isWord(start) ? 2 : 1
        return high.count * 3 <= start.count * share && !isPictograph
            && high.allSatisfy { !undefined.contains($0) }
    }

    /// Letters alone beyond ASCII, and some within.
    private static func isWord(_ start: [UInt8]) -> Bool {
        let signs: Set<UInt8> = [0xD7, 0xF7]
        return start.contains { (0x61...0x7A).contains($0 | 0x20) && $0 < 0x80 }
            && start.allSatisfy { $0 < 0x80 || $0 >= 0xC0 && !signs.contains($0) }
    }
}
