// Detects office documents and other archives by their first entries.

import Text

extension FileType {
    static let officePrefix = "application/vnd.openxmlformats-officedocument."
    static let officeDocuments: [(folder: StaticString, type: String)] = [
        ("word/", "wordprocessingml.document"), ("xl/", "spreadsheetml.sheet"),
        ("ppt/", "presentationml.presentation"),
    ]

    static let openDocuments = [
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.graphics", "application/vnd.oasis.opendocument.chart",
        "application/vnd.oasis.opendocument.formula", "application/vnd.oasis.opendocument.base",
        "application/epub+zip",
    ]

    /// What a document of any program may have before the folder of its own.
    private static let packageParts: [StaticString] = [
        "[Content_Types].xml", "_rels/", "docProps/", "customXml/", "docMetadata/", "customUI/",
        "_xmlsignatures/", "[trash]/",
    ]

    private static let entrySignature: [UInt8] = [0x50, 0x4B, 3, 4]
    /// The name of an entry starts that many bytes after its signature.
    private static let nameOffset = 30

    static func isArchive(_ prefix: [UInt8]) -> Bool { has(prefix, entrySignature, at: 0) }

    /// In OpenDocument and EPUB the first entry names the type; in Office Open XML the parts are in
    /// a folder named after the program.
    static func archive(_ prefix: [UInt8]) -> String {
        if has(prefix, "mimetype", at: nameOffset), prefix.count > 38 {
            let type = prefix[38...].prefix { ($0 >= 0x2B && $0 < 0x7F) }
            let name = String(decoding: type.prefix(80), as: UTF8.self)
            for known in openDocuments where name.hasPrefix(known) { return known }
        }
        return office(prefix).map { officePrefix + $0 } ?? "application/zip"
    }

    /// The kind by the first entry that is in a program's folder. An entry that no such document
    /// has before it makes it a plain archive.
    private static func office(_ prefix: [UInt8]) -> String? {
        var entry = isArchive(prefix) ? 0 : nil
        while let start = entry {
            let name = start + nameOffset
            for (folder, type) in officeDocuments where has(prefix, folder, at: name) {
                return type
            }
            guard packageParts.contains(where: { has(prefix, $0, at: name) }) else { return nil }
            entry = nextEntry(prefix, after: start)
        }
        return nil
    }

    /// Where the entry after the one at `start` begins: behind its name and content, or at the next
    /// signature where the sizes come after the content.
    private static func nextEntry(_ prefix: [UInt8], after start: Int) -> Int? {
        guard start + nameOffset <= prefix.count else { return nil }
        func number(_ offset: Int, _ bytes: Int) -> Int {
            (0..<bytes).reduce(0) { $0 | Int(prefix[start + offset + $1]) << (8 * $1) }
        }
        let content = start + nameOffset + number(26, 2) + number(28, 2)
        let comesLater = number(6, 2) & 8 != 0
        let end = comesLater ? content : content + number(18, 4)
        if !comesLater { return has(prefix, entrySignature, at: end) ? end : nil }
        guard end + entrySignature.count <= prefix.count else { return nil }
        return (end...prefix.count - entrySignature.count).first {
            prefix[$0] == 0x50 && has(prefix, entrySignature, at: $0)
        }
    }
}
