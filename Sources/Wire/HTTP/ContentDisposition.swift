// Content-Disposition (RFC 6266): the name of a download. No character of a file's name can end the
// header or its quotes.

package enum ContentDisposition {
    /// `inline` or `attachment`, with the name in ASCII for old readers and in UTF-8 for the rest.
    package static func value(_ type: StaticString, name: String) -> String {
        "\(type); filename=\"\(fallback(name))\"; filename*=UTF-8''\(encoded(name))"
    }

    /// Other characters become an underscore; `%` too, which some readers decode here.
    private static func fallback(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar -> Character in
                switch scalar {
                case "\"", "\\", "%", "/": "_"
                case " "..."~": Character(scalar)
                default: "_"
                }
            })
    }

    /// RFC 5987 §3.2.1: letters, digits and a few marks are not encoded.
    private static func encoded(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            let isPlain = ASCII.isLetter(byte) || ASCII.isDigit(byte) || marks.contains(byte)
            if isPlain && byte < 0x80 {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let marks = Array("!#$&+-.^_`|~".utf8)
}
