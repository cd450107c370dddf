// Mail as bytes: quoted-printable, header values, addresses, the whole message.

import Testing
import Tickets
import Wire

@testable import Notify

@Suite struct MailEncodingTests {
    private func encoded(_ text: String) -> String {
        String(decoding: QuotedPrintable.encode(text), as: UTF8.self)
    }

    /// As a mail program reads it back.
    private func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\r\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            bytes.append(UInt8(digits, radix: 16) ?? 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `encodes what RFC 2045 says must be`() {
        #expect(encoded("a = b") == "a =3D b\r\n")
        #expect(encoded("été") == "=C3=A9t=C3=A9\r\n")
        #expect(encoded("end \nnext\t") == "end=20\r\nnext=09\r\n")
        #expect(encoded("one\r\ntwo\rthree") == "one\r\ntwo\r\nthree\r\n")
        #expect(encoded("") == "")
    }

    @Test func `no line is longer than 76, and all of it comes back`() {
        for length in 70...160 {
            for unit in ["x", "é", "= ", "\u{1F58B}", ". "] {
                let text = String(repeating: unit, count: length) + "\n."
                let lines = encoded(text).split(separator: "\r\n", omittingEmptySubsequences: false)
                #expect(lines.allSatisfy { $0.utf8.count <= 76 })
                #expect(decoded(encoded(text)) == text.replacing("\n", with: "\r\n") + "\r\n")
            }
        }
    }

    // MARK: Headers

    @Test func `plain words stay, others become encoded-words`() {
        #expect(HeaderText.unstructured("Printer jam") == "Printer jam")
        #expect(HeaderText.unstructured("Été") == "=?UTF-8?B?w4l0w6k=?=")
        #expect(HeaderText.phrase(#"Ann "A" \ B"#) == #""Ann \"A\" \\ B""#)
        #expect(HeaderText.unstructured("=?UTF-8?B?eA==?=").hasPrefix("=?UTF-8?B?PT9"))
    }

    @Test(arguments: ["\r", "\n", "\r\n", "\u{85}", "\u{2028}", "\u{0}", "\t"])
    func `no control character gets through`(_ line: String) {
        for text in ["a\(line)Bcc: b", "é\(line)Bcc: b"] {
            let header = HeaderText.unstructured(text)
            #expect(header.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        }
    }

    @Test func `long values are folded between characters`() throws {
        let text = String(repeating: "né🖨", count: 60)
        let words = HeaderText.unstructured(text).split(separator: "\r\n ").map(String.init)
        var bytes: [UInt8] = []
        for word in words {
            #expect(word.utf8.count <= 75)
            let body = word.dropFirst("=?UTF-8?B?".count).dropLast(2)
            let part = try #require(Base64.decode(String(body)))
            #expect(String(validating: part, as: UTF8.self) != nil, "a character was cut")
            bytes += part
        }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(words.count > 5)
    }

    // MARK: Addresses

    @Test(arguments: [
        "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b\r\nRCPT TO:<x@y>", "a>@b", "<a@b>",
        "a..b@c", ".a@c", "a@b..c", "a,b@c", "a\u{202E}@c", "a@b\u{2028}c", "a@b\u{200B}c", "a@b;c",
        "\"a\"@b", "a:b@c",
        "a@[1.2.3.4]",
    ])
    func `refuses what is not a plain address`(_ text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(arguments: [
        ("jose@exämple.com", "jose@xn--exmple-cua.com"), (" a@b.example ", "a@b.example"),
        ("jösé@bücher.example", "jösé@xn--bcher-kva.example"),
        ("a@mu\u{308}nchen.example", "a@xn--mnchen-3ya.example"), ("a@ｅｘ．ｏｒｇ", "a@ex.org"),
        ("jo\u{308}@x.example", "jö@x.example"),
        ("用户@例え。テスト", "用户@xn--r8jz45g.xn--zckzah"), ("A@EXÄMPLE.com", "A@xn--exmple-cua.com"),
        ("a@MAIL.example", "a@mail.example"),
    ])
    func `domains of any script go out in ASCII`(_ text: String, _ address: String) {
        #expect(MailAddress(text)?.address == address)
    }

    @Test func `reads addresses with and without a name`() throws {
        let plain = try #require(MailAddress(parsing: "ann.o'b+x@mail.example.org"))
        #expect(plain.header == "ann.o'b+x@mail.example.org" && plain.domain == "mail.example.org")
        for text in ["Ann B <a@b.example>", "\"Ann B\" <a@b.example>", "  Ann B  <a@b.example>"] {
            #expect(MailAddress(parsing: text)?.header == "\"Ann B\" <a@b.example>")
        }
        #expect(MailAddress(parsing: "Ann <a@b> <c@d>")?.address == "c@d")
        #expect(MailAddress(parsing: "Ann <a@b")?.address == nil)
    }

    // MARK: The message

    private func message(subject: String = "s", text: String = "t") throws -> MailMessage {
        MailMessage(
            from: try #require(MailAddress(parsing: "Support <s@h.example>")),
            to: try #require(MailAddress(name: "Zoé", "z@h.example")), subject: subject, text: text,
            html: "<p>h</p>", messageID: "1.2.x@h.example", rootID: "1@h.example",
            date: Timestamp(milliseconds: 784_111_777_000), language: .en)
    }

    @Test func `has the headers for threading and auto-replies`() throws {
        let text = String(decoding: try message().bytes, as: UTF8.self)
        let head = try #require(text.firstRange(of: "\r\n\r\n")).lowerBound
        let lines = text[..<head].split(separator: "\r\n").map(String.init)
        #expect(lines.contains("Date: Sun, 06 Nov 1994 08:49:37 +0000"))
        #expect(lines.contains("From: \"Support\" <s@h.example>"))
        #expect(lines.contains("To: =?UTF-8?B?Wm/DqQ==?= <z@h.example>"))
        #expect(lines.contains("Message-ID: <1.2.x@h.example>"))
        #expect(lines.contains("References: <1@h.example>"))
        #expect(lines.contains("Auto-Submitted: auto-generated"))
    }

    @Test func `is the same for every try`() throws {
        #expect(try message().bytes == message().bytes)
    }

    @Test func `has no line end but CRLF, and no line above 998`() throws {
        let long = String(repeating: "y", count: 5000)
        for subject in [long, "é\(long)", "a\nb"] {
            let bytes = try message(subject: subject, text: "one\ntwo\r\n\(long)").bytes
            for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
                let pair = byte == 0x0A ? bytes[index - 1] : bytes[index + 1]
                #expect(byte ^ pair == 0x0A ^ 0x0D)
            }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        }
    }
}
