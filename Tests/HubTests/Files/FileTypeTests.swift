import Testing
import Tickets

@testable import Hub

@Suite struct FileTypeTests {
    @Test(arguments: [
        ("<svg onload=alert(1)>", "text/plain"), ("<html>", "text/plain"),
        ("{\"a\":1}", "text/plain"),
        ("\u{FEFF}été\r\n\tx", "text/plain"), ("GIF89a=1;", "image/gif"), ("GIF8", "text/plain"),
        ("RIFF0000WEBPVP8 ", "image/webp"), ("RIFF0000WAVE", "audio/wav"),
        ("RIFF0000XXXX", "application/octet-stream"), ("RIFF", "text/plain"),
        ("%PDF-1.4", "application/pdf"), (" %PDF-1.4", "text/plain"),
        ("a\0b", "application/octet-stream"),
        ("PK\u{3}\u{4}", "application/zip"), ("0000ftypisom", "video/mp4"),
        ("", "application/octet-stream"),
        ("\u{1B}[31m", "application/octet-stream"),
    ])
    func `is decided by the content`(text: String, type: String) {
        #expect(FileType.of(Array(text.utf8)) == type)
    }

    @Test func `is known of pictures, whole and cut`() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0]
        #expect(FileType.of(png) == "image/png")
        for count in 0..<8 { #expect(FileType.of(Array(png.prefix(count))) != "image/png") }
        #expect(FileType.of([0xFF, 0xD8, 0xFF, 0xE0]) == "image/jpeg")
        #expect(FileType.of([0xC3, 0x28]) == "application/octet-stream", "not UTF-8")
    }

    @Test func `a text may be cut within a character, but only where the prefix ends`() {
        let text = Array(String(repeating: "a", count: 509).utf8) + Array("👩".utf8)
        #expect(FileType.of(Array(text.prefix(512))) == "text/plain")
        #expect(FileType.of(Array(text.dropFirst(100).prefix(411))) == "application/octet-stream")
    }

    @Test func `nothing that a browser could run is shown`() {
        for type in ["image/svg+xml", "text/html", "text/plain", "application/pdf", "image/tiff"] {
            #expect(!FileType.isInline(type))
        }
    }
}

@Suite struct UploadLedgerTests {
    @Test func `counts uploads by person`() {
        let ledger = UploadLedger()
        #expect(ledger.enter("a", bytes: 5, atMost: 2) && ledger.enter("a", bytes: 6, atMost: 2))
        #expect(!ledger.enter("a", bytes: 7, atMost: 2) && ledger.enter("b", bytes: 1, atMost: 2))
        #expect(ledger.usage(of: "a").bytes == 11 && ledger.count == 3)
        ledger.leave("a", bytes: 5)
        #expect(ledger.enter("a", bytes: 7, atMost: 2) && ledger.usage(of: "a").bytes == 13)
        for bytes in [6, 7, 1] { ledger.leave("a", bytes: bytes) }
        #expect(ledger.usage(of: "a").files == 0 && ledger.count == 1)
    }
}
