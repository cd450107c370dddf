import APIDescription
import Foundation
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct FileTypeTests {
    @Test(arguments: [
        ("<svg onload=alert(1)>", "text/plain"), ("<html>", "text/plain"),
        ("{\"a\":1}", "text/plain"),
        ("\u{FEFF}été\r\n\tx", "text/plain"), ("GIF89a=1;", "image/gif"), ("GIF8", "text/plain"),
        ("RIFF0000WEBPVP8 ", "image/webp"), ("RIFF0000WAVE", "audio/wav"),
        ("RIFF0000AVI LIST", "video/vnd.avi"),
        ("RIFF0000XXXX", "application/octet-stream"), ("RIFF", "text/plain"),
        ("%PDF-1.4", "application/pdf"), (" %PDF-1.4", "text/plain"),
        ("a\0b", "application/octet-stream"),
        ("PK\u{3}\u{4}", "application/zip"), ("0000ftypisom", "video/mp4"),
        ("", "application/octet-stream"),
        ("\u{1B}[31mred\u{1B}[0m", "text/plain"), ("a\u{8}b", "application/octet-stream"),
        ("0000ftyp", "application/octet-stream"), ("0000ftypcrx 0000", "image/x-canon-cr3"),
        ("0000ftypzzzz", "application/octet-stream"), ("BZh91AY&SY", "application/x-bzip2"),
        ("BZh9 is no archive", "text/plain"), ("0000wide0000mdat", "video/quicktime"),
        ("\0\0\u{1}\0\u{1}\0", "image/vnd.microsoft.icon"),
    ])
    func `is decided by the content`(text: String, type: String) {
        #expect(FileType.of(Array(text.utf8)) == type)
    }

    @Test func `the API description names every type, and no other`() throws {
        let document = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json))
        for status in ["200", "206"] {
            var part: Any? = document
            for name in ["paths", "/api/files/{id}", "get", "responses", status, "content"] {
                part = (part as? [String: Any])?[name]
            }
            let content = try #require(part as? [String: Any])
            #expect(Set(content.keys) == FileType.all)
        }
    }

    @Test func `is one of the listed types, whatever the content`() {
        var random = SystemRandomNumberGenerator()
        let brands = ["heic", "avif", "mif1", "M4A ", "qt  ", "3gp4", "3g2a", "isom", "msf1"]
        for brand in brands {
            #expect(FileType.all.contains(FileType.of(Array("0000ftyp\(brand)0000avif".utf8))))
        }
        for folder in ["word/", "xl/", "ppt/", "x/"] {
            let entry = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26) + Array(folder.utf8)
            #expect(FileType.all.contains(FileType.of(entry)))
        }
        for _ in 0..<500 {
            let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(FileType.all.contains(FileType.of(bytes)))
        }
    }

    @Test func `is known of pictures, whole and cut`() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0]
        #expect(FileType.of(png) == "image/png")
        for count in 0..<8 { #expect(FileType.of(Array(png.prefix(count))) != "image/png") }
        #expect(FileType.of([0xFF, 0xD8, 0xFF, 0xE0]) == "image/jpeg")
        #expect(FileType.of([0xC3, 0x28]) == "application/octet-stream", "not UTF-8")
    }

    @Test func `a bitmap is more than two letters`() {
        let headers: [UInt8] = [0x36, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 40, 0, 0, 0]
        #expect(FileType.of(Array("BM".utf8) + headers) == "image/bmp")
        #expect(FileType.of(Array("BMW, 12 of them".utf8)) == "text/plain")
        #expect(FileType.of(Array("BM".utf8) + headers.dropLast(4)) != "image/bmp")
    }

    @Test func `recognises Matroska and WebM by their document type`() {
        let start: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82]
        #expect(FileType.of(start + [0x84] + Array("webm".utf8)) == "video/webm")
        #expect(FileType.of(start + [0x88] + Array("matroska".utf8)) == "video/matroska")
    }

    @Test func `a text may be cut within a character, but only where the prefix ends`() {
        let text = Array(String(repeating: "a", count: 509).utf8) + Array("👩".utf8)
        #expect(FileType.of(Array(text.prefix(512))) == "text/plain")
        #expect(FileType.of(Array(text.dropFirst(100).prefix(411))) == "application/octet-stream")
    }

    @Test(arguments: [
        ("heic", "image/heic"), ("heix", "image/heic"), ("avif", "image/avif"),
        ("mif1", "image/heif"), ("mif2", "image/heif"), ("M4A ", "audio/mp4"),
        ("F4A ", "audio/mp4"), ("qt  ", "video/quicktime"),
        ("3gp5", "video/3gpp"), ("isom", "video/mp4"), ("mp42", "video/mp4"),
    ])
    func `recognises media by their brand`(brand: String, type: String) {
        #expect(FileType.of([0, 0, 0, 16] + Array("ftyp\(brand)".utf8) + [0, 0, 0, 0]) == type)
    }

    @Test func `recognises pictures by the compatible brands`() {
        for (brand, type) in [("heic", "image/heic"), ("avif", "image/avif")] {
            let box = Array("ftypmif1".utf8) + [0, 0, 0, 0] + Array("mif1\(brand)".utf8)
            #expect(FileType.of([0, 0, 0, 24] + box) == type)
        }
        // A size that lies beyond the bytes, or before them.
        for size in [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0]] as [[UInt8]] {
            #expect(FileType.of(size + Array("ftypmif1".utf8)) == "image/heif")
        }
    }

    /// `isStreamed`: the size comes after the content.
    private func entry(
        _ name: String, _ content: String = "", isStreamed: Bool = false
    ) -> [UInt8] {
        let size = isStreamed ? 0 : content.utf8.count
        let sizes = [UInt8(size & 0xFF), UInt8(size >> 8 & 0xFF), UInt8(size >> 16), 0]
        let head =
            [0x50, 0x4B, 3, 4, 0, 0, isStreamed ? 8 : 0, 0] + [UInt8](repeating: 0, count: 10)
        return head + sizes + sizes + [UInt8(name.utf8.count), 0, 0, 0]
            + Array((name + content).utf8)
    }

    private static let office = "application/vnd.openxmlformats-officedocument."

    @Test(arguments: [false, true])
    func `recognises documents with large parts`(isStreamed: Bool) {
        for size in [900, 9_000, 60_000, 200_000] {
            let content = String(repeating: "x", count: size)
            for part in ["[Content_Types].xml", "_rels/.rels", "docProps/thumbnail.jpeg"] {
                let file =
                    entry(part, content, isStreamed: isStreamed) + entry("docProps/app.xml")
                    + entry("word/document.xml")
                for piece in [1000, 4096, 100_000] {
                    var prefix: [UInt8] = []
                    for start in stride(from: 0, to: file.count, by: piece) {
                        FileType.extend(
                            &prefix, with: Array(file[start..<min(start + piece, file.count)]))
                    }
                    #expect(FileType.of(prefix) == Self.office + "wordprocessingml.document")
                }
            }
        }
    }

    @Test func `an archive that has a document, or a folder of that name, stays one`() {
        let document = entry("[Content_Types].xml") + entry("word/document.xml")
        for file in [
            entry("a.txt") + entry("word/document.xml"),
            entry("a.docx", String(decoding: document, as: UTF8.self)) + entry("b.txt"),
            entry("docs/word/x"), entry("Word/x"),
        ] {
            #expect(FileType.of(file) == "application/zip")
        }
    }

    @Test func `needs only the first bytes of a file, and more of an archive`() {
        for (start, count) in [("x", 4096), ("PK\u{3}\u{4}", 262_144)] {
            var prefix: [UInt8] = []
            let piece = Array(start.utf8) + [UInt8](repeating: 0x20, count: 999)
            for _ in 0..<300 { FileType.extend(&prefix, with: piece) }
            #expect(prefix.count == count)
        }
    }

    @Test func `is known of archives of other programs`() {
        let types: [(String, [UInt8])] = [
            ("application/x-xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
            ("application/zstd", [0x28, 0xB5, 0x2F, 0xFD]),
            (
                "application/x-tar",
                Array("notes.txt".utf8) + [UInt8](repeating: 0, count: 248)
                    + Array("ustar\u{0}00".utf8)
            ),
        ]
        for (type, bytes) in types {
            #expect(FileType.of(bytes + [0, 1, 2]) == type)
            #expect(FileType.of(Array(bytes.dropLast(4))) != type)
        }
    }

    @Test func `music is two frames, the second where the first one ends`() {
        for (header, length) in [
            ([0xFF, 0xFB, 0x90, 0x64], 417), ([0xFF, 0xFB, 0x92, 0x64], 418),
            ([0xFF, 0xF3, 0x40, 0xC0], 104),
        ] as [([UInt8], Int)] {
            let frame = header + [UInt8](repeating: 0xAA, count: length - 4)
            #expect(FileType.of(frame + frame) == "audio/mpeg")
            #expect(FileType.of(frame + header) == "audio/mpeg")
            #expect(FileType.of(frame) == "application/octet-stream")
            #expect(FileType.of(frame.dropLast() + frame) == "application/octet-stream")
        }
        for header in [[0xFF, 0xFB, 0xF0, 0], [0xFF, 0xFB, 0x9C, 0], [0xFF, 0xEB, 0x90, 0]] {
            let bytes = header.map { UInt8($0) } + [UInt8](repeating: 0xAA, count: 2000)
            #expect(FileType.of(bytes) == "application/octet-stream")
        }
    }

    @Test func `recognises documents by the entries of their archive`() {
        let office = Self.office
        let first = entry("[Content_Types].xml", String(repeating: "x", count: 900))
        #expect(
            FileType.of(first + entry("word/document.xml"))
                == office + "wordprocessingml.document")
        #expect(
            FileType.of(first + entry("xl/workbook.xml")) == office + "spreadsheetml.sheet")
        #expect(
            FileType.of(first + entry("ppt/presentation.xml"))
                == office + "presentationml.presentation")
        let text = "application/vnd.oasis.opendocument.text"
        #expect(FileType.of(entry("mimetype", text) + entry("content.xml")) == text)
        #expect(FileType.of(entry("mimetype", "text/html")) == "application/zip")
        #expect(FileType.of(entry("notes/word/x")) == "application/zip")
        let drawing = "application/vnd.oasis.opendocument.graphics"
        #expect(FileType.of(entry("mimetype", drawing)) == drawing)
        let signed = entry("_xmlsignatures/origin.sigs") + entry("word/document.xml")
        #expect(FileType.of(signed).hasSuffix("wordprocessingml.document"))
        #expect(FileType.of([0x50, 0x4B, 3, 4]) == "application/zip")
    }

    @Test func `is text in UTF-16 and Latin-1 too`() {
        let utf16 = Array("Déjà vu".utf16)
        let little: [UInt8] =
            [0xFF, 0xFE]
            + utf16.flatMap { unit -> [UInt8] in
                [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            }
        let big: [UInt8] =
            [0xFE, 0xFF]
            + utf16.flatMap { unit -> [UInt8] in
                [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            }
        #expect(FileType.of(little) == "text/plain")
        #expect(FileType.of(big) == "text/plain")
        #expect(FileType.of([0xFF, 0xFE, 0, 0]) == "application/octet-stream")
        #expect(FileType.of([0xFF, 0xFE, 0x00, 0xD8, 0x41, 0]) == "application/octet-stream")
        let latin: [UInt8] = Array("Nom;Pr".utf8) + [0xE9] + Array("nom; d".utf8) + [0x92, 0xE9]
        #expect(FileType.of(latin) == "text/plain")
        #expect(FileType.of([0xE9, 0x74, 0xE9]) == "text/plain")
        let quoted: [UInt8] = Array("Er sagte ".utf8) + [0x84] + Array("Hallo".utf8) + [0x93]
        #expect(FileType.of(quoted) == "text/plain")
        #expect(FileType.of(Array("0,5".utf8) + [0x89, 0x20, 0x8A, 0x6B]) == "text/plain")
        #expect(FileType.of([0xE9, 0xE8, 0xEA, 0x41]) == "application/octet-stream")
        #expect(FileType.of(quoted + [0x81]) == "application/octet-stream")
    }

    @Test func `nothing that a browser could run is shown`() {
        for type in [
            "image/svg+xml", "text/html", "text/plain", "application/pdf", "image/tiff",
            "image/x-canon-cr3",
            "application/x-tar",
        ] {
            #expect(!FileType.isInline(type))
        }
    }
}

@Suite struct UploadQuotaTests {
    @Test func `counts uploads by person`() {
        let quota = UploadQuota()
        #expect(quota.enter("a", bytes: 5, atMost: 2) && quota.enter("a", bytes: 6, atMost: 2))
        #expect(!quota.enter("a", bytes: 7, atMost: 2) && quota.enter("b", bytes: 1, atMost: 2))
        #expect(quota.usage(of: "a").bytes == 11 && quota.count == 3)
        quota.leave("a", bytes: 5)
        #expect(quota.enter("a", bytes: 7, atMost: 2) && quota.usage(of: "a").bytes == 13)
        for bytes in [6, 7, 1] { quota.leave("a", bytes: bytes) }
        #expect(quota.usage(of: "a").files == 0 && quota.count == 1)
    }
}
