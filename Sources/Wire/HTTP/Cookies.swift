// The Cookie header (RFC 6265 §5.4), read for one name.

import Text

package enum Cookies {
    /// The value of the first cookie of that name, without surrounding quotes. Names are
    /// case-sensitive.
    package static func value(named name: String, in headers: Headers) -> String? {
        values(named: name, in: headers, countMax: 1).first
    }

    /// The values of the first `countMax` cookies of that name: a browser sends cookies of several
    /// paths and domains together, without saying which is which.
    package static func values(
        named name: String, in headers: Headers, countMax: Int
    ) -> [String] {
        var values: [String] = []
        for header in headers.all("cookie") {
            for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
                let trimmed = pair.drop { $0 == 0x20 || $0 == 0x09 }
                guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")),
                    trimmed[..<equals].elementsEqual(name.utf8)
                else { continue }
                values.append(unquoted(trimmed[trimmed.index(after: equals)...]))
                if values.count >= countMax { return values }
            }
        }
        return values
    }

    private static func unquoted(_ value: Substring.UTF8View) -> String {
        var value = value
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        let quote = UInt8(ascii: "\"")
        if value.count >= 2, value.first == quote, value.last == quote {
            value = value.dropFirst().dropLast()
        }
        return String(Substring(value))
    }
}
